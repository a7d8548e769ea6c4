"""A tier: one cache, and whom it asks when it has nothing fresh.

A POP's upstream is the regional edge cache, the regional edge cache's is the origin. Both keep
the same entries, so an object's age and end do not depend on the way it took.
Source: Developer Guide, HowCloudFrontWorks ("How CloudFront works with regional edge caches").
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from cloudfront_emulator.cache.collapse import RequestCollapser
from cloudfront_emulator.cache.entries import CacheEntry, CacheStorage
from cloudfront_emulator.cache.x_cache import ERROR, HIT
from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.request.cache_key import CacheKey
from cloudfront_emulator.spool import Spool

CACHE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLookup:
    """A viewer's request as it looks for an object: the behaviour it fell under and its key.

    `for_error`: CloudFront itself asks, for an error page, and wants no page in place of that.
    """

    behaviour: Behaviour
    key: CacheKey
    request: CdnRequest
    for_error: bool = False

    @property
    def is_cacheable(self) -> bool:
        """Whether its method's responses are kept at all."""
        return self.request.method in self.behaviour.cached_methods

    @property
    def is_collapsible(self) -> bool:
        """Whether it may share the answer to another one in flight.

        Not where caching is off by Max TTL 0: there the key need not hold what shapes an answer.
        Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Request collapsing".
        """
        return self.is_cacheable and self.behaviour.cache.max_ttl > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheResult:
    """A response and its X-Cache value; `entry` when it is kept, `aged` when it was before."""

    response: CdnResponse
    result: str
    entry: CacheEntry | None = None
    from_cache: bool = False


class CacheUpstream(Protocol):
    """Who is asked when a tier has nothing fresh; failures come back as responses."""

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> CacheResult:
        """The object; `stale` is what the asker still holds, `renew` forbids a stale answer."""
        ...


class CacheTier:
    """A cache of at most `max_bytes` in front of `upstream`."""

    def __init__(
        self, upstream: CacheUpstream, *, clock: Callable[[], float], max_bytes: int = CACHE_BYTES
    ) -> None:
        self._upstream = upstream
        self._clock = clock
        self._entries = CacheStorage(max_bytes)
        self._collapse: RequestCollapser[CacheResult] = RequestCollapser()
        self._invalidations = 0

    def __len__(self) -> int:
        return len(self._entries)

    def look_up(self, lookup: CacheLookup) -> CacheResult | None:
        """A fresh object, or a stale one that may serve while a new one is fetched."""
        if (entry := self._get_entry(lookup)) is None:
            return None
        now = self._clock()
        if now < entry.fresh_until:
            return _make_hit(entry)
        if now < entry.revalidate_until:
            self._collapse.start(
                self._make_collapse_key(lookup), self._make_fetch(lookup, entry, renew=True)
            )
            return _make_hit(entry)
        return None

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None = None, *, renew: bool = False
    ) -> CacheResult:
        """The object, from here or from upstream."""
        if not renew and (hit := self.look_up(lookup)) is not None:
            return hit
        own = self._get_entry(lookup)
        if own is not None and self._clock() < own.fresh_until:
            return _make_hit(own)
        work = self._make_fetch(lookup, own or stale, renew=renew)
        if not lookup.is_collapsible:
            return await work()
        return await self._collapse.run(self._make_collapse_key(lookup), work)

    def invalidate(self, match: Callable[[CacheEntry], bool]) -> int:
        """Forget what `match` holds for, how many entries that were.

        What is in flight was asked for before, so it serves those who wait for it already, nobody
        else, and is not kept.
        """
        self._invalidations += 1
        return self._entries.invalidate(match)

    def _get_entry(self, lookup: CacheLookup) -> CacheEntry | None:
        """The entry, fresh or stale, unless its body broke off."""
        entry = self._entries.get(lookup.key) if lookup.is_cacheable else None
        body = entry.response.body if entry is not None else b""
        if not isinstance(body, Spool) or not body.broken:
            return entry
        self._entries.drop(lookup.key)
        return None

    def _make_collapse_key(self, lookup: CacheLookup) -> tuple[object, ...]:
        """What requests that are in flight together must share to be one."""
        return lookup.key, lookup.request.method, lookup.for_error, self._invalidations

    def _make_fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> Callable[[], Awaitable[CacheResult]]:
        async def fetch() -> CacheResult:
            generation = self._invalidations
            result = await self._upstream.fetch(lookup, stale, renew=renew)
            whole = lookup.request.method != "HEAD"
            if lookup.is_cacheable and whole and generation == self._invalidations:
                self._store(lookup.key, result.entry)
            return result

        return fetch

    def _store(self, key: CacheKey, entry: CacheEntry | None) -> None:
        if entry is None:
            self._entries.drop(key)
        else:
            self._entries.put(key, entry)


def _make_hit(entry: CacheEntry) -> CacheResult:
    result = ERROR if entry.response.failed else HIT
    return CacheResult(response=entry.response, result=result, entry=entry, from_cache=True)
