"""Held texts: what a miss generated and the judge could not score, until a person reads it.

They are private objects next to the releases; the CDN never serves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.core.keys import Key, parse_key
from edgefill.judging.accepted_template import Provenance, provenance_from_json
from edgefill.judging.verdict import Verdict, verdict_from_json, verdict_to_json
from edgefill.packs.layout import HELD, held_key
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore
from edgefill.store.verified_writes import PRIVATE

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldText:
    """A text that waits for a person; `version` is that of the experience."""

    key: Key
    version: str
    text: str
    provenance: Provenance
    verdict: Verdict


def write_held_text(objects: ObjectStore, held: HeldText) -> None:
    """Write a held text, replacing an older one of the same key; StoreError."""
    data = {
        "v": VERSION,
        "key": str(held.key),
        "version": held.version,
        "text": held.text,
        "provenance": asdict(held.provenance),
        "verdict": verdict_to_json(held.verdict),
    }
    objects.put(held_key(held.key), encode(data), cache_control=PRIVATE)


def read_held_text(objects: ObjectStore, key: Key) -> HeldText | None:
    """Read the held text of `key`, if any; ObjectCorrupt, StoreUnavailable."""
    try:
        return _parse(decode(objects.get(held_key(key)).body, held_key(key)), held_key(key))
    except NotStored:
        return None


def list_held_texts(objects: ObjectStore) -> Iterator[HeldText]:
    """List every held text in order of their keys; ObjectCorrupt, StoreUnavailable."""
    for where in objects.list_keys(HELD):
        yield _parse(decode(objects.get(where).body, where), where)


def _parse(data: Any, where: str) -> HeldText:
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(f"{where}: version {data['v']!r}; this code reads only {VERSION}")
        return HeldText(
            key=parse_key(data["key"]),
            version=str(data["version"]),
            text=str(data["text"]),
            provenance=provenance_from_json(data["provenance"]),
            verdict=verdict_from_json(data["verdict"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"{where}: {type(error).__name__} at {error}") from error
