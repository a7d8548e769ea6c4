"""`edgefill review`: read the texts that the judge could not score, and decide about each.

They are in the journal, where `edgefill publish` finds what a person passed, and in the store,
where a passed text becomes an overlay.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    JOURNAL,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JournalOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.cli.reviewing.decision import fail_held, pass_held, require_held, require_text
from edgefill.cli.reviewing.held_sources import (
    DamagedItem,
    HeldEntry,
    HeldItem,
    HeldPlace,
    HeldSource,
)
from edgefill.cli.reviewing.journal_source import JournalSource
from edgefill.cli.reviewing.key_argument import KeyArgument, read_key
from edgefill.cli.reviewing.store_source import StoreSource
from edgefill.core.errors import InputRefused
from edgefill.local.stack.run_file import find_run_file

ReaderOption = Annotated[str, typer.Option(help="Who has read the text and decides.")]
WhereOption = Annotated[
    HeldPlace | None, typer.Option(help="Needed if both hold a text for the key.")
]

group = typer.Typer(
    help="Read the texts that the judge could not score, and decide.", no_args_is_help=True
)


@group.command("list")
def list_held(
    *,
    templates: TemplatesOption = TEMPLATES,
    journal: JournalOption = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """List the held texts, each with its key, where it is held and why."""
    catalogue = load_catalogue(templates / "catalogue")
    sources = _open_sources(
        catalogue,
        journal=journal or state / JOURNAL,
        bucket=bucket,
        endpoint_url=endpoint_url,
        region=region,
        state=state,
    )
    items = [item for source in sources for item in source.list_items()]
    if len(sources) == 1:
        typer.echo("edgefill: no stack runs and no --bucket is given: journal only", err=True)
    if as_json:
        print_json(entries_to_json(items))
    elif items:
        print_text("\n\n".join(map(format_entry, items)))
    else:
        typer.echo("no text is held")


@group.command("pass")
def pass_text(
    key: KeyArgument,
    *,
    reader: ReaderOption,
    reason: Annotated[str, typer.Option(help="Why it may be served.")] = "read and passed",
    text: Annotated[
        Path | None, typer.Option(help="A file with your own text, which replaces the held one.")
    ] = None,
    where: WhereOption = None,
    templates: TemplatesOption = TEMPLATES,
    journal: JournalOption = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Let a held text be served, or your own text instead of it.

    It is compiled and linted again first; if it is refused, nothing changes.
    """
    catalogue = load_catalogue(templates / "catalogue")
    sources = _open_sources(
        catalogue,
        journal=journal or state / JOURNAL,
        bucket=bucket,
        endpoint_url=endpoint_url,
        region=region,
        state=state,
    )
    held = require_text(require_held(sources, read_key(key), where))
    follows = pass_held(
        held,
        catalogue,
        reader=_require_words(reader, "--reader"),
        reason=_require_words(reason, "--reason"),
        own_text=_read_text(text) if text else None,
    )
    print_text(f"{key}: passed by {reader}; {follows}")


@group.command("fail")
def fail_text(
    key: KeyArgument,
    *,
    reader: ReaderOption,
    reason: Annotated[str, typer.Option(help="What is wrong; a revision is asked to mend it.")],
    where: WhereOption = None,
    templates: TemplatesOption = TEMPLATES,
    journal: JournalOption = None,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Refuse a held text, so that its key is drafted again; a damaged one is deleted."""
    catalogue = load_catalogue(templates / "catalogue")
    sources = _open_sources(
        catalogue,
        journal=journal or state / JOURNAL,
        bucket=bucket,
        endpoint_url=endpoint_url,
        region=region,
        state=state,
    )
    held = require_held(sources, read_key(key), where)
    follows = fail_held(
        held,
        reader=_require_words(reader, "--reader"),
        reason=_require_words(reason, "--reason"),
    )
    print_text(f"{key}: failed by {reader}; {follows}")


def entries_to_json(entries: Iterable[HeldEntry]) -> dict[str, Any]:
    """Return what is held as a JSON object, with what is damaged on its own."""
    listed = list(entries)
    return {
        "held": [item_to_json(each) for each in listed if isinstance(each, HeldItem)],
        "damaged": [
            {"path": each.path, "problem": each.problem, "remedy": each.remedy}
            for each in listed
            if isinstance(each, DamagedItem)
        ],
    }


def item_to_json(item: HeldItem) -> dict[str, Any]:
    """Return a held text as a JSON object, without the judge's outcome."""
    return {
        "key": str(item.candidate.key),
        "where": str(item.place),
        "reason": item.reason,
        "stale": item.is_stale,
        "text": item.candidate.text,
    }


def format_entry(item: HeldEntry) -> str:
    """Return a held text for a reader, or why it cannot be read."""
    if isinstance(item, DamagedItem):
        return f"{item.path}  {item.place}: is damaged ({item.problem}); {item.remedy}"
    stale = "; its experience has changed since" if item.is_stale else ""
    text = item.candidate.text.rstrip("\n")
    return f"{item.candidate.key}  {item.place}: {item.reason}{stale}\n{text}"


def _open_sources(
    catalogue: Catalogue,
    *,
    journal: Path,
    bucket: str | None,
    endpoint_url: str | None,
    region: str | None,
    state: Path,
) -> list[HeldSource]:
    """Return the journal, and the store if a stack runs or a bucket is named."""
    drafts = JournalSource(path=journal, catalogue=catalogue)
    if bucket is None and find_run_file(state) is None:
        return [drafts]
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    return [drafts, StoreSource(objects=store, catalogue=catalogue, drafts=drafts)]


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"--text {file}: {error}") from error


def _require_words(text: str, option: str) -> str:
    if not text.strip():
        raise InputRefused(f"{option} is empty; write something that other people understand")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputRefused(f"{option} is not valid UTF-8; write it again")
    return text.strip()
