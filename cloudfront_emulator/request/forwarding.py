"""Builds the request that is forwarded to the origin.

Source: Developer Guide, controlling-origin-requests and RequestAndResponseBehaviorCustomOrigin,
"HTTP request headers and CloudFront behavior".
"""

from __future__ import annotations

from dataclasses import replace

from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.message import HOP_BY_HOP, CdnRequest, Headers
from cloudfront_emulator.request.cache_key import CLOUDFRONT_PREFIX, select_cookies, select_query
from cloudfront_emulator.request.encoding import normalise_for_origin

USER_AGENT = "Amazon CloudFront"

# These describe the body, which is always forwarded.
_OF_BODY = frozenset({"content-length", "content-md5", "content-type"})
# Always forwarded; a stale entry's validators replace them (cache/conditional.py).
_CONDITIONS = frozenset({"if-match", "if-modified-since", "if-none-match", "if-unmodified-since"})
# Ranges are cut from the whole object, unless nothing is cached.
_OF_RANGE = frozenset({"if-range", "range"})
# "CloudFront removes the header", whatever a policy says; our own server answers Expect.
_REMOVED = HOP_BY_HOP | {"expect", "x-forwarded-proto", "x-real-ip", "x-amz-cf-id"}
# These get new values below.
_SET = frozenset({"accept-encoding", "cookie", "user-agent", "via", "x-forwarded-for"})


def build_forwarded_request(
    behaviour: Behaviour, request: CdnRequest, own_headers: Headers
) -> CdnRequest:
    """`request` with what the cache policy and the origin request policy forward.

    `own_headers` are CloudFront's: `CloudFront-*` are forwarded if a policy names them, others
    (Via, X-Amz-Cf-Id) always. Host is the viewer's if a policy selects it, otherwise absent: the
    origin's host is set later.
    """
    cache, extra = behaviour.cache, behaviour.origin_request
    cookies = select_cookies(request, cache.cookies, extra.cookies)
    viewers = [pair for pair in request.headers if _is_forwarded(behaviour, request, pair[0])]
    own = [
        pair
        for pair in own_headers
        if not pair[0].startswith(CLOUDFRONT_PREFIX) or _is_named(behaviour, pair[0])
    ]
    replaced = {name for name, _ in own}
    return replace(
        request,
        query=select_query(request.query, cache.query, extra.query),
        headers=(
            *(pair for pair in viewers if pair[0] not in replaced),
            *own,
            *((("cookie", cookies),) if cookies else ()),
            *_make_accept_encoding(behaviour, request),
            ("user-agent", _make_user_agent(behaviour, request)),
            ("x-forwarded-for", _make_forwarded_for(request)),
        ),
    )


def _is_forwarded(behaviour: Behaviour, request: CdnRequest, name: str) -> bool:
    if name in _REMOVED or name in _SET or name.startswith((CLOUDFRONT_PREFIX, "x-edge-")):
        return False
    if name == "authorization":
        return _forwards_authorization(behaviour, request)
    if name in _OF_RANGE:
        return not _is_cached(behaviour, request)
    return name in _OF_BODY or name in _CONDITIONS or _is_selected(behaviour, name)


def _forwards_authorization(behaviour: Behaviour, request: CdnRequest) -> bool:
    """For GET and HEAD, Authorization is forwarded only with the key or with all viewer headers.

    The same holds for OPTIONS if its responses are cached. Other methods always forward it.
    Source: Developer Guide, add-origin-custom-headers, "Forward the Authorization header".
    """
    if request.method not in behaviour.cached_methods | {"GET", "HEAD"}:
        return True
    extra = behaviour.origin_request.headers
    wide = extra.kind in ("all", "except") and extra.includes("authorization")
    return wide or behaviour.cache.headers.includes("authorization")


def _is_cached(behaviour: Behaviour, request: CdnRequest) -> bool:
    return request.method in behaviour.cached_methods and behaviour.cache.max_ttl > 0


def _is_selected(behaviour: Behaviour, name: str) -> bool:
    return behaviour.cache.headers.includes(name) or behaviour.origin_request.headers.includes(name)


def _is_named(behaviour: Behaviour, name: str) -> bool:
    """Whether a policy names this CloudFront header; "all" and "except" do not."""
    selections = (behaviour.cache.headers, behaviour.origin_request.headers)
    selected = (selection.names for selection in selections if selection.kind == "only")
    return name in behaviour.origin_request.added or any(name in names for names in selected)


def _make_accept_encoding(behaviour: Behaviour, request: CdnRequest) -> Headers:
    """Accept-Encoding: normalised if the cache policy has gzip or brotli, else as selected."""
    value = request.header("accept-encoding")
    if behaviour.cache.gzip or behaviour.cache.brotli:
        value = normalise_for_origin(behaviour.cache, request)
    elif not _is_selected(behaviour, "accept-encoding"):
        return ()
    return (("accept-encoding", value),) if value is not None else ()


def _make_user_agent(behaviour: Behaviour, request: CdnRequest) -> str:
    value = request.header("user-agent")
    return value if value is not None and _is_selected(behaviour, "user-agent") else USER_AGENT


def _make_forwarded_for(request: CdnRequest) -> str:
    value = request.header("x-forwarded-for")
    return f"{value},{request.client_ip}" if value else request.client_ip
