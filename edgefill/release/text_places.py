"""Where the texts of one key are in the store, with their provenance.

The edge serves the release of the visitor's channel (current or canary) before the overlay, and
never what is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.judging.verdict import verdict_to_json
from edgefill.packs.layout import pack_key, sources_key
from edgefill.packs.pack import Pack
from edgefill.packs.pointer import Channel, Pointer
from edgefill.release.held_texts import read_held_text
from edgefill.release.overlay import read_overlay
from edgefill.release.pointer_store import read_pointer
from edgefill.store.encoding import decode
from edgefill.store.objects import ObjectStore

Place = Literal["release", "canary", "overlay", "held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """One text of a key; `release` is the id of its release, "" outside of releases.

    `why_unserved` is "" if visitors get the text. `provenance` has the fields of a Provenance and
    the verdict; it is None for a text that was published before provenance was recorded.
    """

    place: Place
    text: str
    release: str = ""
    why_unserved: str = ""
    provenance: Mapping[str, Any] | None = None


def find_stored_texts(objects: ObjectStore, key: Key) -> tuple[StoredText, ...]:
    """Return every text of `key`, the one that most visitors get first; StoreError."""
    pointer = read_pointer(objects).pointer
    released = tuple(_list_released(objects, pointer, key)) if pointer else ()
    is_covered = any(each.place == "release" for each in released)
    return (
        *released,
        *_list_overlay(objects, pointer, key, is_covered=is_covered),
        *_list_held(objects, key),
    )


def _list_released(objects: ObjectStore, pointer: Pointer, key: Key) -> Iterator[StoredText]:
    canary = pointer.canary.channel if pointer.canary else None
    channels: tuple[tuple[Place, Channel | None], ...] = (
        ("release", pointer.current),
        ("canary", canary),
    )
    for place, channel in channels:
        if channel is None or not _has_pack(channel, key):
            continue
        path = sources_key(channel.release, key.experience, key.locale)
        sources = decode(objects.get(path).body, path)
        if key.case in sources["templates"]:
            yield StoredText(
                place=place,
                text=str(sources["templates"][key.case]),
                release=channel.release,
                provenance=sources.get("provenance", {}).get(key.case),
            )


def _list_overlay(
    objects: ObjectStore, pointer: Pointer | None, key: Key, *, is_covered: bool
) -> Iterator[StoredText]:
    try:
        overlay = read_overlay(objects, key)
    except ObjectCorrupt as error:
        reason = f"{error}; the next visitor's request replaces it"
        yield StoredText(place="overlay", text="", why_unserved=reason)
        return
    if overlay is None:
        return
    if is_covered:
        reason = "the release has a text for this key"
    elif overlay.version != _find_version(objects, pointer, key):
        reason = "it was written for another version of the experience than the release has"
    else:
        reason = ""
    provenance = overlay.provenance or ({"model": overlay.model} if overlay.model else None)
    yield StoredText(place="overlay", text=overlay.text, why_unserved=reason, provenance=provenance)


def _list_held(objects: ObjectStore, key: Key) -> Iterator[StoredText]:
    try:
        held = read_held_text(objects, key)
    except ObjectCorrupt as error:
        remedy = f"`edgefill review fail {key}` deletes it"
        yield StoredText(place="held", text="", why_unserved=f"it is damaged ({error}); {remedy}")
        return
    if held is not None:
        yield StoredText(
            place="held",
            text=held.text,
            why_unserved="a person has to read it; see `edgefill review`",
            provenance={**asdict(held.provenance), "verdict": verdict_to_json(held.verdict)},
        )


def _find_version(objects: ObjectStore, pointer: Pointer | None, key: Key) -> str | None:
    """The version of the experience in the current release, None without a pack."""
    if pointer is None or not _has_pack(pointer.current, key):
        return None
    path = pack_key(pointer.current.release, key.experience, key.locale)
    try:
        return Pack(decode(objects.get(path).body, path)).experience.version
    except NotStored:
        return None


def _has_pack(channel: Channel, key: Key) -> bool:
    return key.locale in channel.experiences.get(key.experience, ())
