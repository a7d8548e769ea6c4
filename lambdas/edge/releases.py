"""Releases as the edge sees them: the pointer, a visitor's channel, and its packs."""

from __future__ import annotations

from edgefill.core.digest import hash_to_fraction
from edgefill.core.errors import NotStored, ObjectCorrupt, StoreError
from edgefill.packs.layout import DENIALS, POINTER, pack_key, router_key
from edgefill.packs.pack import Pack
from edgefill.packs.pointer import pointer_from_json
from lambdas.edge.object_cache import ObjectKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from edgefill.packs.pointer import Channel, Pointer
    from edgefill.routing.denials import Denials
    from edgefill.routing.router import Router
    from lambdas.edge.object_cache import ObjectCache

FOREVER = float("inf")  # packs are immutable


class ReleaseReader:
    """Reads through a shelf; a visitor's answer takes two fetches at most."""

    def __init__(self, shelf: ObjectCache, *, pointer_ttl_s: float) -> None:
        self._shelf = shelf
        self._pointer = ObjectKind(read=pointer_from_json, ttl_s=pointer_ttl_s)
        self._pack = ObjectKind(read=Pack, ttl_s=FOREVER)
        self._router = ObjectKind(read=_router, ttl_s=FOREVER)
        self._denials = ObjectKind(read=_denials, ttl_s=pointer_ttl_s, optional=True)

    def read_pointer(self) -> Pointer:
        """The pointer, at most a TTL old while the store answers; StoreError."""
        pointer: Pointer = self._shelf.get(POINTER, self._pointer)
        return pointer

    def read_pack(self, release: str, experience: str, locale: str) -> Pack:
        """The pack, or the one of another release that lies here when it cannot be had.

        StoreError when neither can.
        """
        try:
            pack: Pack = self._shelf.get(pack_key(release, experience, locale), self._pack)
        except StoreError:
            pack = self._shelf.find_last(f"/{experience}/{locale}.json")
            if pack is None:
                raise
        if (pack.experience.id, pack.locale) != (experience, locale):
            raise ObjectCorrupt(f"pack of {pack.experience.id}/{pack.locale} lies elsewhere")
        return pack

    def read_router(self, release: str, partition: str) -> Router:
        """The router of one partition; StoreError."""
        router: Router = self._shelf.get(router_key(release, partition), self._router)
        return router

    def read_denials(self) -> Denials:
        """What no router may lead to, at most a TTL old; none while nobody has denied anything.

        StoreError when they cannot be read: then a wrong answer might be given again.
        """
        try:
            denials: Denials = self._shelf.get(DENIALS, self._denials)
        except NotStored:
            return {}
        return denials


def select_channel(pointer: Pointer, subject: str | None) -> Channel:
    """The canary for its share of subjects, always the same ones; the current release else."""
    canary = pointer.canary
    if canary is None or subject is None:
        return pointer.current
    drawn = hash_to_fraction(f"{canary.salt}:{subject}") * 100
    return canary.channel if drawn < canary.percent else pointer.current


def _router(data: Any) -> Router:
    from edgefill.routing.router import Router  # noqa: PLC0415 for free questions alone

    return Router(data)


def _denials(data: Any) -> Denials:
    from edgefill.routing.denials import parse_denials  # noqa: PLC0415 as above

    return parse_denials(data)
