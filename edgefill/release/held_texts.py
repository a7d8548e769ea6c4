"""Held texts: what a miss generated and the judge could not score, until a person reads it.

They are private objects next to the releases; the CDN never serves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import NotStored, ObjectCorrupt, StoreConflict
from edgefill.core.keys import Key, parse_key
from edgefill.judging.accepted_template import Provenance, provenance_from_json
from edgefill.judging.verdict import Verdict, verdict_from_json, verdict_to_json
from edgefill.packs.layout import HELD, held_key
from edgefill.release.overlay import write_overlay
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore
from edgefill.store.verified_writes import PRIVATE

if TYPE_CHECKING:
    from edgefill.judging.accepted_template import AcceptedTemplate

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


def delete_held_text(objects: ObjectStore, held: HeldText) -> None:
    """Delete a held text that a person has read; StoreError.

    StoreConflict if another text is held for the key by now: it is not deleted unread.
    """
    current = read_held_text(objects, held.key)
    if current is not None and current.text != held.text:
        raise StoreConflict(
            f"{held.key}: another text is held by now and stays; see `edgefill review list`"
        )
    objects.delete(held_key(held.key))


def move_to_overlay(objects: ObjectStore, held: HeldText, accepted: AcceptedTemplate) -> None:
    """Serve what a person accepted for a held text, then delete the held text; StoreError.

    The overlay is written first: a process that dies in between leaves the text in both places,
    never in neither, and the same call completes the move.
    """
    write_overlay(objects, held.key, accepted, version=held.version)
    delete_held_text(objects, held)


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
