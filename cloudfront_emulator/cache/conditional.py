"""Conditional requests: of viewers, answered from the cache, and to the origin.

Source: RFC 9110, section 13; Developer Guide, RequestAndResponseBehaviorCustomOrigin,
"Conditional requests".
"""

from __future__ import annotations

import re
from dataclasses import replace

from cloudfront_emulator.cache.entries import CacheEntry
from cloudfront_emulator.cache.freshness import has_vary_star
from cloudfront_emulator.cache.http_date import parse_http_date
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers

CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})

# These describe the body, which a 304 lacks (RFC 9110, section 15.4.5).
_OF_BODY = frozenset(
    {"content-encoding", "content-language", "content-length", "content-range", "content-type"}
)


# An entity tag may contain commas. Tags without quotes are invalid but in use.
_TAG = re.compile(r'(?:W/)?"[^"]*"|[^\s,]+')


def list_conditions(request: CdnRequest) -> Headers:
    """The viewer's conditions."""
    return tuple([pair for pair in request.headers if pair[0] in CONDITIONS])


def apply_conditions(
    request: CdnRequest, response: CdnResponse, *, from_cache: bool = False
) -> CdnResponse:
    """`response`, or the 304 or 412 that follows from the viewer's conditions.

    Conditions apply to a 200 for GET or HEAD only, in the order of RFC 9110, section 13.2.2. If
    the response lacks an ETag, If-Match and If-None-Match are ignored (Developer Guide,
    "Caching"). If a cached one lacks Last-Modified, its Date counts (RFC 9111, section 4.3.2).
    """
    pairs = list_conditions(request)
    if not pairs or response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    conditions = {
        name: ", ".join(value for other, value in pairs if other == name) for name, _ in pairs
    }
    tag = response.header("etag")
    if _has_failed_precondition(conditions, tag, response):
        return CdnResponse(
            status=412, headers=_drop_body_headers(response), generated=response.generated
        )
    if not _is_unmodified(conditions, tag, response, from_cache=from_cache):
        return response
    return replace(response, status=304, headers=_drop_body_headers(response), body=b"")


def make_conditional(request: CdnRequest, stale: CacheEntry | None) -> CdnRequest:
    """`request` with the conditions that revalidate `stale` in place of the viewer's.

    Without a stale entry the viewer's conditions are the origin's to judge (Developer Guide,
    "HTTP request headers and CloudFront behavior"). Cached errors and responses with `Vary: *` are
    not revalidated, nor is a HEAD, whose response has no body to cache.
    """
    if stale is None:
        return request
    headers = drop_headers(request.headers, CONDITIONS | {"if-range", "range"})
    if request.method == "GET" and _is_validatable(stale.response):
        headers += _make_validators(stale.response)
    return replace(request, headers=headers)


def _is_validatable(response: CdnResponse) -> bool:
    return response.status == 200 and not response.failed and not has_vary_star(response)


def _make_validators(response: CdnResponse) -> Headers:
    tag, modified = response.header("etag"), response.header("last-modified")
    return (
        *((("if-none-match", tag),) if tag else ()),
        *((("if-modified-since", modified),) if modified else ()),
    )


def merge_not_modified(cached: CdnResponse, confirmed: CdnResponse) -> CdnResponse:
    """The cached response with the headers of the 304 that confirmed it (RFC 9111, section 3.2).

    Headers that describe the body, an ETag that compression made weak, and headers that the 304
    lacks keep their cached values.
    """
    fresh = drop_headers(confirmed.headers, _OF_BODY)
    if (tag := confirmed.header("etag")) and cached.header("etag") == f"W/{tag}":
        fresh = drop_headers(fresh, ("etag",))
    stays = drop_headers(cached.headers, (name for name, _ in fresh))
    return replace(cached, headers=stays + fresh)


def match_entity_tag(tags: str, tag: str, *, weakly: bool) -> bool:
    """Whether `tags` is `*` or a list that contains `tag` (RFC 9110, section 8.8.3.2)."""
    if tags.strip() == "*":
        return True
    items = _TAG.findall(tags)
    if weakly:
        return tag.removeprefix("W/") in (item.removeprefix("W/") for item in items)
    return not tag.startswith("W/") and tag in items


def _has_failed_precondition(
    conditions: dict[str, str], tag: str | None, response: CdnResponse
) -> bool:
    if (tags := conditions.get("if-match")) is not None:
        return tag is not None and not match_entity_tag(tags, tag, weakly=False)
    return _is_newer(response, conditions.get("if-unmodified-since")) is True


def _is_unmodified(
    conditions: dict[str, str], tag: str | None, response: CdnResponse, *, from_cache: bool
) -> bool:
    tags = conditions.get("if-none-match")
    if tags is not None and tag is not None:
        return match_entity_tag(tags, tag, weakly=True)
    date_header = "last-modified"
    if from_cache and response.header(date_header) is None:
        date_header = "date"
    return _is_newer(response, conditions.get("if-modified-since"), date_header) is False


def _is_newer(
    response: CdnResponse, date: str | None, date_header: str = "last-modified"
) -> bool | None:
    """Whether the response is, by its `date_header`, newer; None if either date is missing."""
    since, modified = parse_http_date(date), parse_http_date(response.header(date_header))
    return None if since is None or modified is None else modified > since


def _drop_body_headers(response: CdnResponse) -> Headers:
    return drop_headers(response.headers, _OF_BODY)
