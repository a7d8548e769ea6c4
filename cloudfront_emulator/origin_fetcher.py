"""Fetches from origins for the regional edge cache.

1. The request is reduced to what the policies forward. If there is a stale entry, conditions
   that validate it replace the viewer's. The origin-request function gets the result.
2. The origin (or its group) answers, and the origin-response function runs.
3. A 304 renews the stale entry. On a 5xx the stale entry is served as long as it may be.
4. Errors are replaced by the distribution's error pages; other responses may be compressed.
5. What the TTLs allow becomes a cache entry.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.cache.conditional import (
    list_conditions,
    make_conditional,
    merge_not_modified,
)
from cloudfront_emulator.cache.entries import CacheEntry, extend_freshness, make_entry
from cloudfront_emulator.cache.freshness import compute_freshness, find_error_ttl
from cloudfront_emulator.cache.invalidation import parse_tags
from cloudfront_emulator.cache.tier import CacheLookup, CacheResult
from cloudfront_emulator.cache.x_cache import HIT, REFRESH_HIT, classify_result
from cloudfront_emulator.distribution import Behaviour, DistributionConfig, Origin
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.functions.event import EventContext
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers
from cloudfront_emulator.origins.failover import fetch_target
from cloudfront_emulator.origins.http import OriginClient
from cloudfront_emulator.request.cache_key import format_address
from cloudfront_emulator.request.forwarding import build_forwarded_request
from cloudfront_emulator.response.compression import compress_response
from cloudfront_emulator.response.origin_headers import filter_origin_headers

FetchPage = Callable[[str], Awaitable[CdnResponse]]  # path -> response


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginFetcher:
    """The upstream of the regional edge cache; `fetch_page` fetches an error page by its path."""

    distribution: DistributionConfig
    functions: EdgeFunctions
    origins: OriginClient
    clock: Callable[[], float]
    cloudfront_headers: Callable[[CdnRequest], Headers]
    fetch_page: FetchPage

    async def fetch(
        self, lookup: CacheLookup, stale: CacheEntry | None, *, renew: bool
    ) -> CacheResult:
        """The origin's response and its cache entry. Failures of origins become responses."""
        del renew  # an origin has no stale copy
        request = build_forwarded_request(
            lookup.behaviour, lookup.request, self._make_headers(lookup.request)
        )
        request = make_conditional(request, stale)
        response = await self._ask_origin(lookup.behaviour, request)
        now = self.clock()
        if stale is not None and response.status == 304 and list_conditions(request):
            fresh = merge_not_modified(stale.response, response)
            return self._make_result(lookup, fresh, fresh, now, result=REFRESH_HIT)
        if stale is not None and response.status >= 500 and now < stale.on_error_until:
            until = now + find_error_ttl(response.status, self.distribution.errors)
            entry = extend_freshness(stale, until)
            return CacheResult(response=stale.response, result=HIT, entry=entry, from_cache=True)
        visible = response if lookup.for_error else await self._with_error_page(response)
        visible = compress_response(lookup.behaviour, lookup.request, visible)
        return self._make_result(lookup, response, visible, now, result=classify_result(response))

    def _make_headers(self, request: CdnRequest) -> Headers:
        via = f"{request.http_version} {self.distribution.domain_name} (CloudFront)"
        return (*self.cloudfront_headers(request), ("via", via), ("x-amz-cf-id", uuid.uuid4().hex))

    async def _ask_origin(self, behaviour: Behaviour, request: CdnRequest) -> CdnResponse:
        context = EventContext(
            distribution_id=self.distribution.id,
            domain_name=self.distribution.domain_name,
            request_id=uuid.uuid4().hex,
        )

        async def ask_one(origin: Origin) -> CdnResponse:
            chosen = await self.functions.run_origin_request(behaviour, request, origin, context)
            if isinstance(chosen, CdnResponse):
                return chosen
            origin_request, target = chosen
            response = await self.origins.fetch(origin_request, target)
            # No origin answered, so there is no response for the function.
            if response.unanswered:
                return response
            response = filter_origin_headers(behaviour, response)
            return await self.functions.run_origin_response(
                behaviour, origin_request, target, response, context
            )

        return await fetch_target(self.distribution, behaviour.origin, request.method, ask_one)

    async def _with_error_page(self, response: CdnResponse) -> CdnResponse:
        """The error page for `response`, or `response` itself if no page is configured.

        If the page cannot be fetched, the viewer gets the page's error.
        Source: Developer Guide, GeneratingCustomErrorResponses.
        """
        rule = self.distribution.errors.get(response.status)
        if rule is None or rule.page is None:
            return response
        page = await self.fetch_page(rule.page)
        if page.status >= 400:
            reason = f"the error page {rule.page} for {response.status} cannot be fetched"
            return replace(page, reason=f"{reason}: {page.reason}" if page.reason else reason)
        return replace(
            page,
            status=rule.page_status or response.status,
            replaced_status=response.status,
            reason=_describe_replaced(response),
        )

    def _make_result(
        self,
        lookup: CacheLookup,
        response: CdnResponse,
        visible: CdnResponse,
        now: float,
        *,
        result: str,
    ) -> CacheResult:
        """`visible` with an entry that lives as long as `response` may: a page as its error.

        An error instead of an error page is not cached: a viewer who requests that page directly
        may get another page in its place.
        """
        if lookup.for_error and response.failed:
            return CacheResult(response=visible, result=result)
        freshness = compute_freshness(
            lookup.behaviour.cache, response, now=now, errors=self.distribution.errors
        )
        entry = None
        is_broken = isinstance(response.body, BufferedBody) and response.body.is_broken
        if freshness.storable and not is_broken:
            tags = parse_tags(response, self.distribution.tag_header)
            entry = make_entry(
                visible, freshness, now=now, path=format_address(lookup.key), tags=tags
            )
        return CacheResult(response=visible, result=result, entry=entry)


def _describe_replaced(error: CdnResponse) -> str:
    detail = f": {error.reason}" if error.reason else ""
    return f"in place of {error.status}{detail}"
