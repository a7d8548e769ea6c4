"""The pointer in the store: read it, and replace it only if it has not changed since."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.errors import InputRefused, NotStored, ObjectCorrupt, StoreConflict
from edgefill.core.value import replace
from edgefill.packs.layout import POINTER, POINTER_CACHE
from edgefill.packs.pointer import Canary, Pointer, pointer_from_json, pointer_to_json
from edgefill.release.manifest import Release
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerSnapshot:
    """The pointer as read; both fields are None before the first release.

    A damaged pointer is None with an etag: it cannot be read, but it can be replaced.
    """

    pointer: Pointer | None = None
    etag: str | None = None


def read_pointer(objects: ObjectStore) -> PointerSnapshot:
    """Read the pointer and its etag; StoreUnavailable."""
    try:
        stored = objects.get(POINTER)
    except NotStored:
        return PointerSnapshot()
    try:
        pointer = pointer_from_json(decode(stored.body, POINTER))
    except ObjectCorrupt:
        return PointerSnapshot(etag=stored.etag)
    return PointerSnapshot(pointer=pointer, etag=stored.etag)


def is_pointer_damaged(objects: ObjectStore) -> bool:
    """Whether there is a pointer that cannot be read; StoreUnavailable."""
    snapshot = read_pointer(objects)
    return snapshot.pointer is None and snapshot.etag is not None


def read_current_pointer(objects: ObjectStore) -> tuple[Pointer, PointerSnapshot]:
    """Read a pointer that must exist; NotStored before the first release, or if it is damaged."""
    snapshot = read_pointer(objects)
    if snapshot.pointer is None:
        raise NotStored(
            f"no release is served ({POINTER} is {'damaged' if snapshot.etag else 'missing'}); "
            "publish one with `edgefill publish`, or serve a stored one with "
            "`edgefill rollback --to RELEASE`"
        )
    return snapshot.pointer, snapshot


def swap_pointer(objects: ObjectStore, snapshot: PointerSnapshot, pointer: Pointer) -> None:
    """Replace the pointer of `snapshot` with `pointer`; StoreConflict if it has changed."""
    body = encode(pointer_to_json(pointer))
    try:
        objects.put(
            POINTER,
            body,
            cache_control=POINTER_CACHE,
            if_match=snapshot.etag,
            if_absent=snapshot.etag is None,
        )
    except StoreConflict as error:
        # Our write may have succeeded although its response was lost and a retry found it.
        if _is_stored(objects, body):
            return
        raise StoreConflict(
            f"another publisher changed the current release, so {pointer.current.release} is not "
            "served; see `edgefill releases`, then serve the one you want with "
            "`edgefill rollback --to RELEASE`"
        ) from error


def next_pointer(snapshot: PointerSnapshot, release: Release, canary: float | None) -> Pointer:
    """Return the pointer that serves `release`, to `canary` percent of the subjects if given.

    InputRefused when `canary` is not a percentage, NotStored when there is no current release.
    """
    if canary is None:
        return Pointer(
            current=release.channel,
            default_locale=release.default_locale,
            locale_fallbacks=release.fallbacks,
        )
    candidate = Canary(channel=release.channel, percent=canary, salt=release.id)
    return replace(check_canary(snapshot, canary), canary=candidate)


def check_canary(snapshot: PointerSnapshot, canary: float) -> Pointer:
    """Return the pointer to which a canary can be added; InputRefused, NotStored."""
    if not 0 < canary <= 100:
        raise InputRefused(f"canary {canary:g}: give a percentage above 0 and up to 100")
    if snapshot.pointer is None:
        raise NotStored(
            "a canary needs a current release to be compared with, and there is none; "
            "publish without a canary first"
        )
    return snapshot.pointer


def _is_stored(objects: ObjectStore, body: bytes) -> bool:
    try:
        return objects.get(POINTER).body == body
    except NotStored:
        return False
