"""Denials in the store: one small object that the edge reads as often as the pointer.

The CDN may keep it for a second and serve it stale only when the store fails, so that every edge
knows a denial within the pointer's TTL and that second.
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

MAX_QUESTIONS = 2000  # questions: 100 KB, read by every edge environment
TRIES = 5


def read_denials(objects: ObjectStore) -> Denials:
    """Everything that is denied; ObjectCorrupt, StoreUnavailable."""
    return _read(objects)[0]


def deny(objects: ObjectStore, digest: str, experience: str) -> Denials:
    """No router leads the question with that digest to `experience` (`*`: to any) from now on.

    InputRefused when the list is full, StoreConflict when others change it all the time.
    """
    return _change_denials(objects, digest, lambda denied: denied | {experience})


def allow(objects: ObjectStore, digest: str, experience: str | None = None) -> Denials:
    """Take a denial back; without an experience, all of the question's.

    InputRefused when there is none to take back.
    """

    def remove_denial(denied: frozenset[str]) -> frozenset[str]:
        taken = denied if experience is None else denied & {experience}
        if not taken:
            raise InputRefused(_explain_not_denied(experience, denied))
        return denied - taken

    return _change_denials(objects, digest, remove_denial)


def _explain_not_denied(experience: str | None, denied: frozenset[str]) -> str:
    if not denied:
        return "the question is not denied; nothing was taken back"
    experiences = ", ".join(sorted(denied))
    return f"the question is denied for {experiences}, not for {experience}; nothing was taken back"


def _change_denials(
    objects: ObjectStore, digest: str, change: Callable[[frozenset[str]], frozenset[str]]
) -> Denials:
    for tries_left in reversed(range(TRIES)):
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
            if not tries_left:
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
