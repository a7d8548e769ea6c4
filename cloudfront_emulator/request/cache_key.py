"""Cache keys: the parts of a request that select the cached object.

Source: Developer Guide, understanding-the-cache-key, cache-key-understand-cache-policy and Cookies.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from cloudfront_emulator.distribution import CachePolicy, Selection
from cloudfront_emulator.message import CdnRequest, Headers
from cloudfront_emulator.request.encoding import normalise_accept_encoding

# The names of headers that only CloudFront makes begin so.
CLOUDFRONT_PREFIX = "cloudfront-"

_NAME = itemgetter(0)


class CacheKey(NamedTuple):
    """The parts of a request that select the cached object; `accept_encoding` is normalised."""

    is_options_request: bool
    path: str
    query: str
    headers: Headers
    cookies: str
    accept_encoding: str


def build_cache_key(
    policy: CachePolicy,
    request: CdnRequest,
    *,
    is_options_request: bool,
    cloudfront_headers: Headers = (),
) -> CacheKey:
    """The key of `request`; an OPTIONS request has its own key, GET and HEAD share one.

    Header names are in lower case, values are compared as they are, and an absent header differs
    from an empty one. `cloudfront_headers` are the CloudFront-* headers that the policy may name;
    a viewer's headers of such names are ignored.
    """
    return CacheKey(
        is_options_request,
        request.path,
        select_query(request.query, policy.query),
        _select_headers(policy, request, cloudfront_headers),
        select_cookies(request, policy.cookies),
        normalise_accept_encoding(policy, request),
    )


def format_address(key: CacheKey) -> str:
    """What a path invalidation is compared with: the path and the part of the query in the key.

    Source: Developer Guide, invalidation-specifying-objects, "Forwarding query strings".
    """
    return f"{key.path}?{key.query}" if key.query else key.path


def _select_headers(policy: CachePolicy, request: CdnRequest, own_headers: Headers) -> Headers:
    if policy.headers.kind == "none":
        return ()
    viewers, own = _split_names(policy)
    if viewers is None:
        selected = [
            p for p in request.headers if policy.headers.includes(p[0]) and _is_viewer_header(p[0])
        ]
    else:
        selected = [pair for pair in request.headers if pair[0] in viewers]
    if own:
        selected.extend(pair for pair in own_headers if pair[0] in own)
    selected.sort(key=_NAME)  # stable sort: repeated headers keep their order
    return tuple(selected)


@lru_cache(maxsize=256)
def _split_names(policy: CachePolicy) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The viewer's headers in the key (None: see the selection), and CloudFront's own."""
    if policy.headers.kind != "only":
        return None, frozenset()
    own = frozenset(name for name in policy.headers.names if name.startswith(CLOUDFRONT_PREFIX))
    encoding = {"accept-encoding"} if policy.gzip or policy.brotli else set()
    return policy.headers.names - own - encoding - {"cookie"}, own


def _is_viewer_header(name: str) -> bool:
    return name not in ("cookie", "accept-encoding") and not name.startswith(CLOUDFRONT_PREFIX)


def select_query(query: str, *selections: Selection) -> str:
    """The parameters that one of `selections` includes, unchanged and in their order.

    CloudFront neither sorts parameters nor ignores case: `a=1&b=2` and `b=2&a=1` are two objects.
    Source: Developer Guide, cache-hit-ratio, "list parameters in the same order".
    """
    if not query:
        return ""
    kinds = {selection.kind for selection in selections}
    if "all" in kinds:
        return query
    if kinds == {"none"}:
        return ""
    items = (item for item in query.split("&") if item)
    return "&".join(item for item in items if _is_selected(item.partition("=")[0], selections))


def select_cookies(request: CdnRequest, *selections: Selection) -> str:
    """The cookies that one of `selections` includes, as a Cookie header sorted by name.

    Source: Developer Guide, Cookies, "CloudFront sorts cookies"; names and values keep their case.
    """
    if all(selection.kind == "none" for selection in selections):
        return ""
    pairs = [pair for pair in request.cookies() if _is_selected(pair[0], selections)]
    pairs.sort(key=lambda pair: pair[0])
    return "; ".join(f"{name}={value}" for name, value in pairs)


def _is_selected(name: str, selections: tuple[Selection, ...]) -> bool:
    return any(selection.includes(name) for selection in selections)
