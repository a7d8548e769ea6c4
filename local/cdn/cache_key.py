"""Cache keys, and what of a request is forwarded with them."""

from __future__ import annotations

from dataclasses import replace

from local.cdn.behaviour import Behaviour, CachePolicy, Names
from local.cdn.message import Headers, Request

Pairs = tuple[tuple[str, str], ...]
CacheKey = tuple[str, str, Pairs, Pairs]  # path, query, headers, cookies


def cache_key(policy: CachePolicy, request: Request) -> CacheKey:
    """What two requests must share to be answered with the same object.

    The method is not part of it: a kept GET answers HEAD too. The order of query parameters and
    of cookies counts, as it does on CloudFront.
    Source: CloudFront Developer Guide, QueryStringParameters ("list parameters in the same order").
    """
    wanted = sorted(name.lower() for name in policy.headers)
    headers = tuple((name, request.header(name) or "") for name in wanted)
    return (
        request.path,
        _query(policy.query, request),
        headers,
        tuple(_cookies(policy.cookies, request)),
    )


def forwarded(behaviour: Behaviour, request: Request) -> Request:
    """`request` with only the headers, cookies and query that the policies let through.

    A header that no policy names, any viewer's `x-edgefill-*` among them, ends here.
    """
    cache, extra = behaviour.cache, behaviour.forward
    cookies = _cookies(_both(cache.cookies, extra.cookies), request)
    return replace(
        request,
        query=_query(_both(cache.query, extra.query), request),
        headers=_headers((*cache.headers, *extra.headers), request)
        + ((("cookie", "; ".join(f"{n}={v}" for n, v in cookies)),) if cookies else ()),
    )


def _both(first: Names, second: Names) -> Names:
    if "all" in (first, second):
        return "all"
    return tuple(name for names in (first, second) if isinstance(names, tuple) for name in names)


def _headers(names: tuple[str, ...], request: Request) -> Headers:
    wanted = {name.lower() for name in names} - {"cookie"}
    return tuple(pair for pair in request.headers if pair[0] in wanted)


def _query(names: Names, request: Request) -> str:
    if names == "all":
        return request.query
    parameters = [item for item in request.query.split("&") if item]
    return "&".join(item for item in parameters if item.partition("=")[0] in names)


def _cookies(names: Names, request: Request) -> list[tuple[str, str]]:
    return [pair for pair in request.cookies() if names == "all" or pair[0] in names]
