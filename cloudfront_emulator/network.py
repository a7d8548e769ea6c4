"""Edge locations, each with its own cache, in front of one regional edge cache."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cloudfront_emulator.cache.entries import CacheEntry
from cloudfront_emulator.cache.tier import CACHE_BYTES, CacheLookup, CacheResult, CacheTier
from cloudfront_emulator.distribution import DistributionConfig, find_behaviour
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers
from cloudfront_emulator.origin_fetcher import OriginFetcher
from cloudfront_emulator.origins.http import OriginClient
from cloudfront_emulator.pop import Pop
from cloudfront_emulator.request.cache_key import build_cache_key
from cloudfront_emulator.request.cloudfront_headers import make_cloudfront_headers

POP_HEADER = "x-emulator-pop"  # selects the edge location, from 1 to N
DEFAULT_COUNTRY = "US"
_DIGITS = 9  # read from that header


class _RegionalUpstream:
    """The regional edge cache as upstream; requests that cannot be cached go to the origin."""

    def __init__(self, tier: CacheTier, origin: OriginFetcher) -> None:
        self._tier = tier
        self._origin = origin

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> CacheResult:
        if not lookup.is_cacheable:
            return await self._origin.fetch(lookup, None, renew=renew)
        return await self._tier.fetch(lookup, stale, renew=renew)


class EdgeNetwork:
    """`pops` edge locations. POP_HEADER selects one, otherwise the viewer's address does."""

    def __init__(
        self,
        distribution: DistributionConfig,
        *,
        functions: EdgeFunctions,
        origins: OriginClient,
        clock: Callable[[], float],
        pops: int = 1,
        country: str = DEFAULT_COUNTRY,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        def make_headers(request: CdnRequest) -> Headers:
            return make_cloudfront_headers(request, country)

        shared: dict[str, Any] = {
            "distribution": distribution,
            "functions": functions,
            "cloudfront_headers": make_headers,
            "clock": clock,
        }
        origin = OriginFetcher(origins=origins, fetch_page=self._fetch_page, **shared)
        regional = CacheTier(origin, clock=clock, max_bytes=cache_bytes)
        upstream = _RegionalUpstream(regional, origin)
        caches = [CacheTier(upstream, clock=clock, max_bytes=cache_bytes) for _ in range(pops)]
        self._distribution, self._make_headers = distribution, make_headers
        self._caches = (regional, *caches)
        self._pops = [
            Pop(name=f"LOC{place}-P1", cache=cache, **shared)
            for place, cache in enumerate(caches, 1)
        ]

    async def answer(self, request: CdnRequest) -> CdnResponse:
        """The response of the viewer's edge location."""
        pops = self._pops
        if len(pops) == 1:
            return await pops[0].answer(request)
        header = (request.header(POP_HEADER) or "")[:_DIGITS]
        place = int(header) - 1 if header.isdecimal() else zlib.crc32(request.client_ip.encode())
        request = replace(request, headers=drop_headers(request.headers, (POP_HEADER,)))
        return await pops[place % len(pops)].answer(request)

    def invalidate(self, match: Callable[[CacheEntry], bool]) -> int:
        """Remove the matching entries, from the regional edge cache first; return their number."""
        return sum(tier.invalidate(match) for tier in self._caches)

    def count_objects(self) -> dict[str, dict[str, int]]:
        """The number of objects in each cache."""
        caches = zip(("regional", *(pop.name for pop in self._pops)), self._caches, strict=True)
        return {name: {"objects": len(tier)} for name, tier in caches}

    async def _fetch_page(self, path: str) -> CdnResponse:
        """The error page at `path`, through the regional edge cache."""
        request = CdnRequest(method="GET", path=path)
        behaviour = find_behaviour(self._distribution.behaviours, path)
        cloudfront_headers = (
            self._make_headers(request) if behaviour.keys_on_cloudfront_headers else ()
        )
        key = build_cache_key(
            behaviour.cache,
            request,
            is_options_request=False,
            cloudfront_headers=cloudfront_headers,
        )
        lookup = CacheLookup(behaviour=behaviour, key=key, request=request, for_error=True)
        page = (await self._caches[0].fetch(lookup)).response
        return replace(page, headers=drop_headers(page.headers, ("age",)))
