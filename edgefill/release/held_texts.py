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


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedHeldText:
    """An object at `path` under `held/` that holds no text; `key` is None if no key is there."""

    path: str
    key: Key | None
    problem: str


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
        return _parse(objects.get(held_key(key)).body, held_key(key))
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


def delete_damaged_held_text(objects: ObjectStore, key: Key) -> None:
    """Delete what is damaged; StoreError, StoreConflict if a text is held for the key by now."""
    try:
        current = read_held_text(objects, key)
    except ObjectCorrupt:
        current = None
    if current is not None:
        raise StoreConflict(f"{key}: a text is held by now and stays; see `edgefill review list`")
    objects.delete(held_key(key))


def move_to_overlay(objects: ObjectStore, held: HeldText, accepted: AcceptedTemplate) -> None:
    """Serve what a person accepted for a held text, then delete the held text; StoreError.

    The overlay is written first: a process that dies in between leaves the text in both places,
    never in neither, and the same call completes the move.
    """
    write_overlay(objects, held.key, accepted, version=held.version)
    delete_held_text(objects, held)


def list_held_texts(objects: ObjectStore) -> Iterator[HeldText | DamagedHeldText]:
    """List every object under `held/` in order of their paths; StoreUnavailable."""
    for path in objects.list_keys(HELD):
        try:
            yield _parse(objects.get(path).body, path)
        except NotStored:  # a person has decided about it meanwhile
            continue
        except ObjectCorrupt as error:
            yield DamagedHeldText(path=path, key=_find_key(path), problem=str(error))


def _find_key(path: str) -> Key | None:
    """The key whose text would be held at `path`."""
    try:
        key = parse_key(path.removeprefix(HELD).removesuffix(".json"))
    except ValueError:
        return None
    return key if held_key(key) == path else None


def _parse(body: bytes, path: str) -> HeldText:
    data = decode(body, path)
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(f"{path}: version {data['v']!r}; this code reads only {VERSION}")
        held = _build_held_text(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"{path}: {type(error).__name__} at {error}") from error
    if held_key(held.key) != path:
        raise ObjectCorrupt(f"{path}: holds a text for another key, {held.key}")
    return held


def _build_held_text(data: Any) -> HeldText:
    version, text = data["version"], data["text"]
    if not isinstance(version, str) or not isinstance(text, str):
        raise TypeError("version and text are strings")
    return HeldText(
        key=parse_key(data["key"]),
        version=version,
        text=text,
        provenance=provenance_from_json(data["provenance"]),
        verdict=verdict_from_json(data["verdict"]),
    )
