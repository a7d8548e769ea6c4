"""A point of presence: from a viewer's request to its response.

1. the path picks the behaviour, the behaviour's policy the cache key;
2. a fresh entry answers; a stale one within stale-while-revalidate answers too and is renewed;
3. else the origin-request function runs, and what it passes on goes to the origin;
4. the answer is kept for its TTL; when it is a 5xx, a stale entry stands in.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from local.cdn.behaviour import Behaviour, behaviour_for
from local.cdn.cache import Cache, Entry, entry_of
from local.cdn.cache_key import CacheKey, cache_key, forwarded
from local.cdn.collapse import Collapse
from local.cdn.description import Distribution
from local.cdn.edge import EdgeFunction
from local.cdn.event import VIA, origin_request_event
from local.cdn.freshness import DEFAULT_ERROR_TTL, freshness
from local.cdn.limits import refusal
from local.cdn.message import Request, Response
from local.cdn.origin import Origin

CACHE_BYTES = 256 * 1024 * 1024
Outcome = tuple[Response, str]  # and its X-Cache value


class Pop:
    """One cache in front of the distribution's functions and origins."""

    def __init__(
        self,
        distribution: Distribution,
        *,
        origins: Mapping[str, Origin],
        functions: Mapping[str, EdgeFunction],
        clock: Callable[[], float] = time.time,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._distribution = distribution
        self._origins = origins
        self._functions = functions
        self._clock = clock
        self._cache = Cache(cache_bytes)
        self._collapse: Collapse[Outcome] = Collapse()

    async def answer(self, request: Request) -> Response:
        """The response to a viewer; never raises for what origins and functions do."""
        behaviour = behaviour_for(self._distribution.behaviours, request.path)
        if (refused := refusal(request, behaviour.methods)) is not None:
            return _finished(request, refused, x_cache="Error from cloudfront")
        key = cache_key(behaviour.cache, request)
        entry, now = self._cache.get(key), self._clock()

        def fetch() -> Awaitable[Outcome]:
            return self._fetch(behaviour, key, request, entry)

        if entry is not None and now < entry.revalidate_until:
            if now >= entry.fresh_until:
                self._collapse.start((key, request.method), fetch)
            return _finished(request, _kept(entry, now), x_cache=_hit(entry.response))
        response, x_cache = await self._collapse.run((key, request.method), fetch)
        return _finished(request, response, x_cache=x_cache)

    async def _fetch(
        self, behaviour: Behaviour, key: CacheKey, request: Request, stale: Entry | None
    ) -> Outcome:
        response = await self._ask(behaviour, _conditional(forwarded(behaviour, request), stale))
        now = self._clock()
        if stale is not None and response.status == 304:
            response = stale.response.with_headers(*response.headers)
            self._keep(behaviour, key, request, response, now)
            return response, "RefreshHit from cloudfront"
        if stale is not None and response.status >= 500 and now < stale.on_error_until:
            self._cache.rest(key, stale, now + self._error_ttl(response.status))
            return _kept(stale, now), "Hit from cloudfront"
        self._keep(behaviour, key, request, response, now)
        return response, _miss_result(response)

    async def _ask(self, behaviour: Behaviour, request: Request) -> Response:
        if behaviour.origin_request is not None:
            event = origin_request_event(
                request,
                distribution=self._distribution,
                origin=self._distribution.origins[behaviour.origin],
                request_id=uuid.uuid4().hex,
            )
            result = await self._functions[behaviour.origin_request].run(event, request)
            if isinstance(result, Response):
                return result
            request = result
        return await self._origins[behaviour.origin].fetch(request)

    def _keep(
        self, behaviour: Behaviour, key: CacheKey, request: Request, response: Response, now: float
    ) -> None:
        if request.method != "GET" or response.status in (206, 304):
            return
        kept = freshness(
            behaviour.cache, response, now=now, error_ttls=self._distribution.error_ttls
        )
        if kept.ttl > 0:
            self._cache.put(key, entry_of(response, kept, now))
        else:
            self._cache.drop(key)

    def _error_ttl(self, status: int) -> float:
        return self._distribution.error_ttls.get(status, DEFAULT_ERROR_TTL)


def _conditional(request: Request, stale: Entry | None) -> Request:
    etag = stale and stale.response.header("etag")
    if not etag:
        return request
    return replace(request, headers=(*request.headers, ("if-none-match", etag)))


def _kept(entry: Entry, now: float) -> Response:
    return entry.response.with_headers(("age", str(entry.age(now))))


def _hit(response: Response) -> str:
    return "Error from cloudfront" if response.status >= 400 else "Hit from cloudfront"


def _miss_result(response: Response) -> str:
    if response.generated:
        return "LambdaGeneratedResponse from cloudfront"
    return "Error from cloudfront" if response.status >= 400 else "Miss from cloudfront"


def _finished(request: Request, response: Response, *, x_cache: str) -> Response:
    """`response` as this viewer gets it: conditional, without a body for HEAD, and signed."""
    etag = response.header("etag")
    asked = request.header("if-none-match")
    if response.status == 200 and etag and asked and _covers(asked, etag):
        response = replace(response, status=304, body=b"")
    reason = (("x-edgefill-local-reason", response.reason),) if response.reason else ()
    return response.with_headers(("x-cache", x_cache), ("via", VIA), *reason)


def _covers(asked: str, etag: str) -> bool:
    """Whether If-None-Match names `etag`, by weak comparison (RFC 9110, section 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
