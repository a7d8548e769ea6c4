"""One edge location (point of presence): from a viewer's request to its response.

1. The path selects the behaviour. Its viewer-request function may change or answer the request.
2. The cache policy makes the cache key. A cached object answers; otherwise the regional edge
   cache is asked.
3. Conditions and ranges are applied, then the response headers policy, and last the
   viewer-response function.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from email.utils import formatdate

from cloudfront_emulator.cache.conditional import apply_conditions
from cloudfront_emulator.cache.tier import CacheLookup, CacheResult, CacheTier
from cloudfront_emulator.cache.x_cache import ERROR, HIT, classify_result
from cloudfront_emulator.distribution import Behaviour, DistributionConfig, find_behaviour
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.functions.event import EventContext
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers
from cloudfront_emulator.request.cache_key import build_cache_key
from cloudfront_emulator.response.pages import make_error_page
from cloudfront_emulator.response.ranges import apply_range
from cloudfront_emulator.response.response_headers import apply_policy

# Developer Guide, cloudfront-limits, "General quotas"
MAX_URL = 8_192  # bytes
MAX_REQUEST = 20_480  # bytes of headers and query string, without the body

BODY_REFUSED = "Bad request."  # the sentence is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop:
    """One edge location; `name` is its X-Amz-Cf-Pop."""

    name: str
    distribution: DistributionConfig
    functions: EdgeFunctions
    cache: CacheTier
    cloudfront_headers: Callable[[CdnRequest], Headers]
    clock: Callable[[], float]

    async def answer(self, request: CdnRequest) -> CdnResponse:
        """The response to a viewer. Failures of origins and functions become responses."""
        request = self._apply_default_root(request)
        behaviour = find_behaviour(self.distribution.behaviours, request.path)
        if (refused := refuse_request(request, behaviour.methods)) is not None:
            return self._add_cloudfront_headers(refused, ERROR)
        if request.body != b"" and request.method == "GET" and await _has_content(request):
            refused = make_error_page(403, "a GET request has a body", message=BODY_REFUSED)
            return self._add_cloudfront_headers(refused, ERROR)
        # Most requests have no functions: the short way.
        if not behaviour.functions:
            result = await self._fetch(behaviour, request)
            return self._add_cloudfront_headers(
                self._shape(behaviour, request, result), result.result
            )
        return await self._answer_with_functions(behaviour, request)

    async def _answer_with_functions(
        self, behaviour: Behaviour, viewer_request: CdnRequest
    ) -> CdnResponse:
        """Run the viewer triggers before and after the cache.

        The viewer-response function does not run for responses of a viewer-request function, for
        errors and for custom error pages.
        Source: Developer Guide, lambda-cloudfront-trigger-events.
        """
        context = EventContext(
            distribution_id=self.distribution.id,
            domain_name=self.distribution.domain_name,
            request_id=uuid.uuid4().hex,
        )
        request = await self.functions.run_viewer_request(behaviour, viewer_request, context)
        if isinstance(request, CdnResponse):
            return self._add_cloudfront_headers(request, classify_result(request))
        result = await self._fetch(behaviour, request)
        response = self._shape(behaviour, request, result)
        if response.failed:
            return self._add_cloudfront_headers(response, result.result)
        final = await self.functions.run_viewer_response(behaviour, request, response, context)
        return self._add_cloudfront_headers(
            final, classify_result(final) if final.fault else result.result
        )

    def _apply_default_root(self, request: CdnRequest) -> CdnRequest:
        """Replace the path `/` by the default root object (Developer Guide, DefaultRootObject)."""
        if request.path != "/" or not self.distribution.default_root_object:
            return request
        return replace(request, path=f"/{self.distribution.default_root_object}")

    async def _fetch(self, behaviour: Behaviour, request: CdnRequest) -> CacheResult:
        cloudfront_headers = (
            self.cloudfront_headers(request) if behaviour.keys_on_cloudfront_headers else ()
        )
        key = build_cache_key(
            behaviour.cache,
            request,
            is_options_request=request.method == "OPTIONS",
            cloudfront_headers=cloudfront_headers,
        )
        lookup = CacheLookup(behaviour=behaviour, key=key, request=request)
        return self.cache.look_up(lookup) or await self.cache.fetch(lookup)

    def _shape(self, behaviour: Behaviour, request: CdnRequest, result: CacheResult) -> CdnResponse:
        response = apply_conditions(request, result.response, from_cache=result.from_cache)
        response = apply_range(request, response)
        if result.entry is not None and result.from_cache:
            response = response.replace_headers(("age", str(result.entry.age(self.clock()))))
        return apply_policy(behaviour.response_headers, request, response, hit=result.result == HIT)

    def _add_cloudfront_headers(self, response: CdnResponse, result: str) -> CdnResponse:
        reason = (("x-emulator-reason", response.reason),) if response.reason else ()
        date = () if response.header("date") else (("date", formatdate(usegmt=True)),)
        return response.replace_headers(
            *date,
            ("x-cache", result),
            ("via", f"1.1 {self.distribution.domain_name} (CloudFront)"),
            ("x-amz-cf-pop", self.name),
            ("x-amz-cf-id", uuid.uuid4().hex),
            *reason,
        )


def refuse_request(request: CdnRequest, methods: Collection[str]) -> CdnResponse | None:
    """The error page for a request beyond CloudFront's limits; None for any other request."""
    if request.method not in methods:
        allowed = ", ".join(sorted(methods))
        return make_error_page(403, f"method {request.method} is not among {allowed}")
    if len(request.path) + len(request.query) >= MAX_URL:
        return make_error_page(414, f"URI and query string must be under {MAX_URL} characters")
    target = request.path + request.query
    if not (target[:1] == "/" and target.isascii() and target.isprintable()):
        return make_error_page(400, "the target must be a path of visible ASCII characters")
    size = sum(len(name) + len(value) for name, value in request.headers) + len(request.query)
    if size > MAX_REQUEST:
        return make_error_page(
            494, f"the request has more than {MAX_REQUEST} bytes without its body"
        )
    return None


async def _has_content(request: CdnRequest) -> bool:
    """Whether the body has bytes; a stream is read up to its first.

    Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "GET requests that include a
    body" ("403 (Forbidden)").
    """
    if isinstance(request.body, bytes):
        return bool(request.body)
    async for chunk in request.body:
        if chunk:
            return True
    return False
