"""The switch: reading the pointer, and changing it only if nobody else has."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.errors import InputRefused, NotStored, ObjectCorrupt, StoreConflict
from edgefill.core.value import replace
from edgefill.packs.layout import POINTER, POINTER_CACHE
from edgefill.packs.pointer import Canary, Pointer, pointer_from_json, pointer_to_json
from edgefill.release.manifest import Release
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import Objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The pointer as it was read; both are None before the first release.

    A damaged pointer is None with an etag: nothing can be read from it, but it can be replaced.
    """

    pointer: Pointer | None = None
    etag: str | None = None


def read_pointer(objects: Objects) -> Seen:
    """The pointer and its etag; StoreUnavailable."""
    try:
        stored = objects.get(POINTER)
    except NotStored:
        return Seen()
    try:
        pointer = pointer_from_json(decode(stored.body, POINTER))
    except ObjectCorrupt:
        return Seen(etag=stored.etag)
    return Seen(pointer=pointer, etag=stored.etag)


def pointer_is_damaged(objects: Objects) -> bool:
    """Whether there is a pointer that nobody can read; StoreUnavailable."""
    seen = read_pointer(objects)
    return seen.pointer is None and seen.etag is not None


def served(objects: Objects) -> tuple[Pointer, Seen]:
    """The pointer where there must be one; NotStored before the first release, or if damaged."""
    seen = read_pointer(objects)
    if seen.pointer is None:
        raise NotStored(
            f"no release is served ({POINTER} is {'damaged' if seen.etag else 'missing'}); "
            "publish one with `edgefill publish`, or serve a stored one with "
            "`edgefill rollback --to RELEASE`"
        )
    return seen.pointer, seen


def swap(objects: Objects, seen: Seen, pointer: Pointer) -> None:
    """Put `pointer` in the place of what was `seen`; StoreConflict when that has changed."""
    body = encode(pointer_to_json(pointer))
    try:
        objects.put(
            POINTER,
            body,
            cache_control=POINTER_CACHE,
            if_match=seen.etag,
            if_absent=seen.etag is None,
        )
    except StoreConflict as error:
        if _stands(objects, body):  # our write went through, its answer was lost, a retry met it
            return
        raise StoreConflict(
            f"somebody else changed which release is served, so {pointer.current.release} is not; "
            "look with `edgefill releases`, then serve what you want with "
            "`edgefill rollback --to RELEASE`"
        ) from error


def pointed(seen: Seen, release: Release, canary: float | None) -> Pointer:
    """The pointer that serves `release`, to `canary` percent of the subjects when given.

    InputRefused when `canary` is no percentage, NotStored when it has no release beside it.
    """
    if canary is None:
        return Pointer(
            current=release.channel,
            default_locale=release.default_locale,
            fallbacks=release.fallbacks,
        )
    tried = Canary(channel=release.channel, percent=canary, salt=release.id)
    return replace(check_canary(seen, canary), canary=tried)


def check_canary(seen: Seen, canary: float) -> Pointer:
    """The pointer beside which a canary can run; InputRefused, NotStored."""
    if not 0 < canary <= 100:
        raise InputRefused(f"canary {canary:g}: give a percentage above 0 and up to 100")
    if seen.pointer is None:
        raise NotStored(
            "a canary needs a release to be compared with, and none is served; "
            "publish without a canary first"
        )
    return seen.pointer


def _stands(objects: Objects, body: bytes) -> bool:
    try:
        return objects.get(POINTER).body == body
    except NotStored:
        return False
