"""One tier of caching: a cache and the upstream that it fetches from.

The upstream of an edge location is the regional edge cache, whose upstream is the origin. Both
store the same entries, so an object's age and expiry do not depend on its path.
Source: Developer Guide, HowCloudFrontWorks ("How CloudFront works with regional edge caches").
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.cache.collapse import RequestCollapser
from cloudfront_emulator.cache.conditional import list_conditions
from cloudfront_emulator.cache.entries import CacheEntry, CacheStorage
from cloudfront_emulator.cache.x_cache import ERROR, HIT
from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.request.cache_key import CacheKey

CACHE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLookup:
    """A request for an object: its behaviour and its cache key.

    `for_error`: CloudFront itself requests an error page, whose own errors get no page.
    """

    behaviour: Behaviour
    key: CacheKey
    request: CdnRequest
    for_error: bool = False

    @property
    def is_cacheable(self) -> bool:
        """Whether responses to its method are cached."""
        return self.request.method in self.behaviour.cached_methods

    @property
    def is_collapsible(self) -> bool:
        """Whether it may share the response of a concurrent request with the same key.

        With Max TTL 0 caching is off, and the key may lack inputs of the response.
        Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Request collapsing".
        """
        return self.is_cacheable and self.behaviour.cache.max_ttl > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheResult:
    """A response and its X-Cache value; `entry` if cached; `from_cache`: it was cached before."""

    response: CdnResponse
    result: str
    entry: CacheEntry | None = None
    from_cache: bool = False


class CacheUpstream(Protocol):
    """What a tier fetches from; failures are returned as responses."""

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> CacheResult:
        """The object. `stale` is the caller's stale entry; `renew` excludes a stale result."""
        ...


class CacheTier:
    """A cache of at most `max_bytes` in front of `upstream`."""

    def __init__(
        self, upstream: CacheUpstream, *, clock: Callable[[], float], max_bytes: int = CACHE_BYTES
    ) -> None:
        self._upstream = upstream
        self._clock = clock
        self._entries = CacheStorage(max_bytes)
        self._collapser: RequestCollapser[CacheResult] = RequestCollapser()
        self._invalidations = 0

    def __len__(self) -> int:
        return len(self._entries)

    def look_up(self, lookup: CacheLookup) -> CacheResult | None:
        """A fresh object, or a stale one that may be served during a fetch; else None."""
        if (entry := self._get_entry(lookup)) is None:
            return None
        now = self._clock()
        if now < entry.fresh_until:
            return _make_hit(entry)
        if now < entry.revalidate_until:
            self._collapser.start(
                self._make_collapse_key(lookup), self._make_fetch(lookup, entry, renew=True)
            )
            return _make_hit(entry)
        return None

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None = None, *, renew: bool = False
    ) -> CacheResult:
        """The object from this cache or from upstream."""
        if not renew and (hit := self.look_up(lookup)) is not None:
            return hit
        own = self._get_entry(lookup)
        if own is not None and self._clock() < own.fresh_until:
            return _make_hit(own)
        work = self._make_fetch(lookup, own or stale, renew=renew)
        if not lookup.is_collapsible:
            return await work()
        return await self._collapser.run(self._make_collapse_key(lookup), work)

    def invalidate(self, match: Callable[[CacheEntry], bool]) -> int:
        """Remove the matching entries and return their number.

        Fetches in progress started before the invalidation: their results reach only the requests
        that already wait for them, and are not cached.
        """
        self._invalidations += 1
        return self._entries.invalidate(match)

    def _get_entry(self, lookup: CacheLookup) -> CacheEntry | None:
        """The entry, fresh or stale; None if its body is incomplete."""
        entry = self._entries.get(lookup.key) if lookup.is_cacheable else None
        body = entry.response.body if entry is not None else b""
        if not isinstance(body, BufferedBody) or not body.is_broken:
            return entry
        self._entries.drop(lookup.key)
        return None

    def _make_collapse_key(self, lookup: CacheLookup) -> tuple[object, ...]:
        """What concurrent requests must have in common to share one fetch."""
        conditions = list_conditions(lookup.request)
        return lookup.key, lookup.request.method, conditions, lookup.for_error, self._invalidations

    def _make_fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> Callable[[], Awaitable[CacheResult]]:
        async def fetch() -> CacheResult:
            generation = self._invalidations
            result = await self._upstream.fetch(lookup, stale, renew=renew)
            whole = lookup.request.method != "HEAD"
            if lookup.is_cacheable and whole and generation == self._invalidations:
                self._store(lookup.key, result)
            return result

        return fetch

    def _store(self, key: CacheKey, result: CacheResult) -> None:
        if result.entry is not None:
            self._entries.put(key, result.entry)
        elif _replaces_object(result.response):
            self._entries.drop(key)


def _replaces_object(response: CdnResponse) -> bool:
    """Whether it says what the object is now; the answer to a condition, or a part, does not."""
    is_broken = isinstance(response.body, BufferedBody) and response.body.is_broken
    return response.status not in (304, 412) and not is_broken


def _make_hit(entry: CacheEntry) -> CacheResult:
    result = ERROR if entry.response.failed else HIT
    return CacheResult(response=entry.response, result=result, entry=entry, from_cache=True)
