"""The store side of denials: one small object, which the edge reads as often as the pointer.

The CDN caches it for a second and serves it stale only if the store fails. So every edge applies a
denial within the pointer's TTL and one second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgefill.core.errors import InputRefused, NotStored, StoreConflict
from edgefill.packs.layout import DENIALS, DENIALS_CACHE
from edgefill.routing.denials import parse_denials, serialize_denials
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.routing.denials import Denials

# They take 100 KB, which every edge environment reads.
MAX_QUESTIONS = 2000
MAX_ATTEMPTS = 5


def read_denials(objects: ObjectStore) -> Denials:
    """Read all denials; ObjectCorrupt, StoreUnavailable."""
    return _read(objects)[0]


def deny(objects: ObjectStore, digest: str, experience: str) -> Denials:
    """Deny routing the question with that digest to `experience` (`*`: to any experience).

    InputRefused when the list is full, StoreConflict when others keep changing it.
    """
    return _change_denials(objects, digest, lambda denied: denied | {experience})


def allow(objects: ObjectStore, digest: str, experience: str | None = None) -> Denials:
    """Remove a denial, or all denials of the question if `experience` is None.

    InputRefused when there is none to remove.
    """

    def remove_denial(denied: frozenset[str]) -> frozenset[str]:
        removed = denied if experience is None else denied & {experience}
        if not removed:
            raise InputRefused(_explain_not_denied(experience, denied))
        return denied - removed

    return _change_denials(objects, digest, remove_denial)


def _explain_not_denied(experience: str | None, denied: frozenset[str]) -> str:
    if not denied:
        return "the question is not denied; nothing was removed"
    experiences = ", ".join(sorted(denied))
    return f"the question is denied for {experiences}, not for {experience}; nothing was removed"


def _change_denials(
    objects: ObjectStore, digest: str, change: Callable[[frozenset[str]], frozenset[str]]
) -> Denials:
    for attempts_left in reversed(range(MAX_ATTEMPTS)):
        before, etag = _read(objects)
        after = {**before, digest: change(before.get(digest, frozenset()))}
        denials = {each: denied for each, denied in after.items() if denied}
        if len(denials) > MAX_QUESTIONS:
            raise InputRefused(
                f"{MAX_QUESTIONS} questions are denied already; train a better router and then "
                "remove some with `edgefill router deny --undo`"
            )
        try:
            objects.put(
                DENIALS,
                encode(serialize_denials(denials)),
                cache_control=DENIALS_CACHE,
                if_match=etag,
                if_absent=etag is None,
            )
        except StoreConflict:
            if not attempts_left:
                raise
        else:
            break
    return denials


def _read(objects: ObjectStore) -> tuple[Denials, str | None]:
    try:
        stored = objects.get(DENIALS)
    except NotStored:
        return {}, None
    return parse_denials(decode(stored.body, DENIALS)), stored.etag
