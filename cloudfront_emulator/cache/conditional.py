"""Conditional requests: of viewers, answered from the cache, and to the origin.

Source: RFC 9110, section 13; Developer Guide, RequestAndResponseBehaviorCustomOrigin,
"Conditional requests".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from cloudfront_emulator.cache.entries import CacheEntry
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers

CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})

# These describe the body, which a 304 lacks (RFC 9110, section 15.4.5).
_OF_BODY = frozenset(
    {"content-encoding", "content-language", "content-length", "content-range", "content-type"}
)


def apply_conditions(request: CdnRequest, response: CdnResponse) -> CdnResponse:
    """`response`, or the 304 or 412 that follows from the viewer's conditions.

    Conditions apply to a 200 for GET or HEAD only, in the order of RFC 9110, section 13.2.2. If
    the response lacks an ETag, If-Match and If-None-Match are ignored (Developer Guide,
    "Caching").
    """
    conditions = {name: value for name, value in request.headers if name in CONDITIONS}
    if not conditions or response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    tag = response.header("etag")
    if _has_failed_precondition(conditions, tag, response):
        return CdnResponse(
            status=412, headers=_drop_body_headers(response), generated=response.generated
        )
    if not _is_unmodified(conditions, tag, response):
        return response
    return replace(response, status=304, headers=_drop_body_headers(response), body=b"")


def make_conditional(request: CdnRequest, stale: CacheEntry | None) -> CdnRequest:
    """`request` with the conditions that revalidate `stale`; unchanged without a stale entry.

    Cached errors are not revalidated, nor is a HEAD, whose response has no body to cache.
    """
    if stale is None or request.method != "GET":
        return request
    if stale.response.status != 200 or stale.response.failed:
        return request
    tag, modified = stale.response.header("etag"), stale.response.header("last-modified")
    return replace(
        request,
        headers=(
            *drop_headers(request.headers, CONDITIONS | {"if-range", "range"}),
            *((("if-none-match", tag),) if tag else ()),
            *((("if-modified-since", modified),) if modified else ()),
        ),
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
    """Whether a list of entity tags (or `*`) contains `tag` (RFC 9110, section 8.8.3.2)."""
    items = [item.strip() for item in tags.split(",")]
    if "*" in items:
        return True
    if weakly:
        return tag.removeprefix("W/") in (item.removeprefix("W/") for item in items)
    return not tag.startswith("W/") and tag in items


def parse_http_date(text: str | None) -> datetime | None:
    """The time in a date header; None if it is absent or invalid."""
    try:
        return parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None


def _has_failed_precondition(
    conditions: dict[str, str], tag: str | None, response: CdnResponse
) -> bool:
    if (tags := conditions.get("if-match")) is not None:
        return tag is not None and not match_entity_tag(tags, tag, weakly=False)
    return _is_newer(response, conditions.get("if-unmodified-since")) is True


def _is_unmodified(conditions: dict[str, str], tag: str | None, response: CdnResponse) -> bool:
    tags = conditions.get("if-none-match")
    if tags is not None and tag is not None:
        return match_entity_tag(tags, tag, weakly=True)
    return _is_newer(response, conditions.get("if-modified-since")) is False


def _is_newer(response: CdnResponse, date: str | None) -> bool | None:
    """Whether the response was modified after `date`; None if either date is missing."""
    since, modified = parse_http_date(date), parse_http_date(response.header("last-modified"))
    if since is None or modified is None:
        return None
    return modified.timestamp() > since.timestamp()


def _drop_body_headers(response: CdnResponse) -> Headers:
    return drop_headers(response.headers, _OF_BODY)
