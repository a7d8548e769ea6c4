"""`edgefill show`: print the text of a key, where it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.cli.reviewing.key_argument import KeyArgument, require_catalogue_key
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.release.text_places import StoredText, find_stored_texts

FIELDS = {
    "model": "model",
    "origin": "origin",
    "prompts": "prompts",
    "seed": "seed",
    "tokens": "tokens",
    "seconds": "seconds",
    "log_probability": "log-probability",
    "parent": "parent",
}
NOT_RECORDED = "not recorded; the text is older than this record"


def command(
    key: KeyArgument,
    *,
    templates: TemplatesOption = TEMPLATES,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Print the text that is served for a key, where it is, and its provenance and verdict.

    Texts of the same key that are not served follow, each with the reason.
    """
    found_key = require_catalogue_key(key, load_catalogue(templates / "catalogue"))
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    texts = find_stored_texts(store, found_key)
    if not texts:
        raise InputRefused(
            f"{found_key}: has no text; the next visitor's request or `edgefill generate` drafts "
            "one, and visitors get the fallback until then"
        )
    if as_json:
        print_json(texts_to_json(found_key, texts))
    else:
        print_text("\n\n".join([str(found_key), *("\n".join(format_text(each)) for each in texts)]))


def texts_to_json(key: Key, texts: Sequence[StoredText]) -> dict[str, Any]:
    """Return the texts of a key as a JSON object; `where` is that of the first served one."""
    served = (each.place for each in texts if not each.why_unserved)
    return {
        "key": str(key),
        "where": next(served, "nowhere"),
        "texts": [asdict(each) for each in texts],
    }


def format_text(stored: StoredText) -> Iterator[str]:
    """Yield the lines that describe one text, then the text."""
    place = f"{stored.place} {stored.release}".strip()
    yield f"{place}: {f'not served: {stored.why_unserved}' if stored.why_unserved else 'served'}"
    if stored.provenance is None:
        yield f"  provenance       {NOT_RECORDED}"
    else:
        for name, label in FIELDS.items():
            if stored.provenance.get(name) not in (None, ""):
                yield f"  {label:<16} {stored.provenance[name]}"
        yield f"  verdict          {describe_verdict(stored.provenance.get('verdict'))}"
    yield ""
    yield stored.text.rstrip("\n")


def describe_verdict(verdict: Mapping[str, Any] | None) -> str:
    """Return a verdict in one line."""
    if verdict is None:
        return NOT_RECORDED
    chance = verdict["probability"]
    certainty = "" if chance is None else f", chance {chance:.2f}"
    judge = f"{verdict['judge']} {verdict['version']}".strip()
    return f"{verdict['outcome']} by {judge}{certainty}: {verdict['reason']}"
