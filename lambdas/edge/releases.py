"""Read releases: the pointer, the visitor's channel, its packs, routers and denials."""

from __future__ import annotations

from edgefill.core.digest import hash_to_fraction
from edgefill.core.errors import NotStored, StoreError
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
    """Reads through the object cache; an answer takes at most two fetches."""

    def __init__(self, cache: ObjectCache, *, pointer_ttl_s: float) -> None:
        self._cache = cache
        self._pointer = ObjectKind(parse=pointer_from_json, ttl_s=pointer_ttl_s)
        self._pack = ObjectKind(parse=Pack, ttl_s=FOREVER)
        self._router = ObjectKind(parse=_parse_router, ttl_s=FOREVER)
        self._denials = ObjectKind(parse=_parse_denials, ttl_s=pointer_ttl_s, optional=True)

    def read_pointer(self) -> Pointer:
        """The pointer, at most one TTL old while the store answers; StoreError."""
        pointer: Pointer = self._cache.get(POINTER, self._pointer)
        return pointer

    def read_pack(self, channel: Channel, experience: str, locale: str) -> Pack:
        """The pack, or a cached one of another release when the store fails.

        StoreError when there is neither. A wrong pack is refused when it arrives.
        """

        def check(body: bytes, pack: Pack) -> None:
            channel.check_digest(f"{experience}/{locale}", body)
            pack.check_place(channel.release, experience, locale)

        path = pack_key(channel.release, experience, locale)
        try:
            pack: Pack = self._cache.get(path, self._pack, check)
        except StoreError:
            pack = self._cache.find_last(f"/{experience}/{locale}.json")
            if pack is None:
                raise
        return pack

    def distrust_pack(self, pack: Pack) -> None:
        """Request the pack again soon: one of its programs is corrupt."""
        self._cache.distrust(pack_key(pack.release, pack.experience.id, pack.locale))

    def read_router(self, channel: Channel, partition: str) -> Router:
        """The router of one partition; StoreError."""

        def check(body: bytes, _router: Router) -> None:
            channel.check_digest(f"routers/{partition}", body)

        path = router_key(channel.release, partition)
        router: Router = self._cache.get(path, self._router, check)
        return router

    def read_denials(self) -> Denials:
        """The denied answers by question, at most one TTL old; empty when none are stored.

        StoreError when they cannot be read, since a denied answer could be given again.
        """
        try:
            denials: Denials = self._cache.get(DENIALS, self._denials)
        except NotStored:
            return {}
        return denials


def select_channel(pointer: Pointer, subject: str | None) -> Channel:
    """The canary for its share of subjects, always the same ones, else the current release."""
    canary = pointer.canary
    if canary is None or subject is None:
        return pointer.current
    bucket = hash_to_fraction(f"{canary.salt}:{subject}") * 100
    return canary.channel if bucket < canary.percent else pointer.current


def _parse_router(data: Any) -> Router:
    from edgefill.routing.router import Router  # noqa: PLC0415 only for free questions

    return Router(data)


def _parse_denials(data: Any) -> Denials:
    from edgefill.routing.denials import parse_denials  # noqa: PLC0415 as above

    return parse_denials(data)
