"""How long a response is cached, and how long a stale one is still served.

Source: Developer Guide, Expiration; for errors HTTPStatusCodes and custom-error-pages-expiration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cloudfront_emulator.cache.cache_control import (
    Directives,
    is_storing_forbidden,
    parse_delta_seconds,
    parse_directives,
    read_seconds,
)
from cloudfront_emulator.cache.http_date import parse_http_date
from cloudfront_emulator.distribution import CachePolicy, ErrorResponse
from cloudfront_emulator.message import CdnResponse

# HTTPStatusCodes: these errors are always cached ...
ALWAYS_STORED_ERRORS = frozenset({404, 414, 500, 501, 502, 503, 504})
# ... these only when the origin gave a max-age or s-maxage, and every other error never.
STORED_IF_AGED_ERRORS = frozenset({400, 403, 405, 412, 415})
# custom-error-pages-expiration: only for these errors do no-store, no-cache and private count.
HEEDFUL_ERRORS = frozenset({404, 410, 414, 501})
DEFAULT_ERROR_TTL = 10.0
# http-3xx-status-codes: cached "only when you include the Cache-Control header".
STORED_IF_CONTROLLED = frozenset({307, 308})
# These forbid stale responses (RFC 9111, sections 5.2.2.2, 5.2.2.8 and 5.2.2.10; AWS is silent).
NEVER_STALE = ("must-revalidate", "proxy-revalidate", "s-maxage")

Errors = Mapping[int, ErrorResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Seconds: the TTL from now on, the other two from its end. `storable`: whether to cache it.

    A response with a `ttl` of 0 (max-age=0, no-store) is fetched again for every request; the
    cached copy is served only if the origin fails.
    """

    ttl: float
    stale_while_revalidate: float = 0
    stale_if_error: float = 0
    storable: bool = True


NOT_STORED = Freshness(ttl=0, storable=False)


def compute_freshness(
    policy: CachePolicy, response: CdnResponse, *, now: float, errors: Errors
) -> Freshness:
    """The freshness of `response` by the table of the page Expiration.

    A Min TTL above 0 overrides no-store, no-cache and private. With a Max TTL of 0 nothing is
    cached, not even errors. Responses with status 206 and 304 are not cached.
    """
    if policy.max_ttl == 0 or response.status in (206, 304):
        return NOT_STORED
    directives = parse_directives(response)
    if response.status >= 400:
        return _compute_error_freshness(policy, response, directives, now, errors)
    if response.status in STORED_IF_CONTROLLED and response.header("cache-control") is None:
        return NOT_STORED
    if is_storing_forbidden(directives) or (has_vary_star(response) and policy.min_ttl == 0):
        freshness = _add_stale_periods(policy, directives, policy.min_ttl)
        freshness = replace(freshness, stale_while_revalidate=0)
    else:
        lifetime = _compute_lifetime(policy, response, directives, now)
        freshness = _add_stale_periods(policy, directives, max(lifetime, policy.min_ttl))
    return freshness if _is_useful(freshness, response, directives) else NOT_STORED


def _is_useful(freshness: Freshness, response: CdnResponse, directives: Directives) -> bool:
    """Whether a stored copy can ever be served, at least after the origin has confirmed it."""
    if freshness.ttl or freshness.stale_while_revalidate or freshness.stale_if_error:
        return True
    has_validator = {"etag", "last-modified"} & {name for name, _ in response.headers}
    is_private = "no-store" in directives or directives.get("private") == ""
    return bool(has_validator) and not is_private and not has_vary_star(response)


def find_error_ttl(status: int, errors: Errors) -> float:
    """The Error Caching Minimum TTL of `status`."""
    rule = errors.get(status)
    return DEFAULT_ERROR_TTL if rule is None else rule.min_ttl


def read_origin_age(response: CdnResponse) -> float:
    """The Age header in seconds: how long the response was cached before the origin sent it.

    AWS does not document an origin's Age; it counts here by RFC 9111, sections 4.2.3 and 5.1: the
    first member of a list counts, an invalid one is ignored.
    """
    first_member = (response.header("age") or "").partition(",")[0].strip()
    return parse_delta_seconds(first_member) or 0


def _add_stale_periods(policy: CachePolicy, directives: Directives, ttl: float) -> Freshness:
    """How long an object is served after its TTL: as the origin says, up to Max TTL in total.

    Without stale-if-error it is served up to Max TTL while the origin fails, even after no-store
    (page Expiration, the warning below the table).
    """
    remaining = max(policy.max_ttl - ttl, 0)
    if any(name in directives for name in NEVER_STALE):
        return Freshness(ttl=ttl)
    on_error = read_seconds(directives, "stale-if-error")
    return Freshness(
        ttl=ttl,
        stale_while_revalidate=min(
            read_seconds(directives, "stale-while-revalidate") or 0, remaining
        ),
        stale_if_error=remaining if on_error is None else min(on_error, remaining),
    )


def _compute_lifetime(
    policy: CachePolicy, response: CdnResponse, directives: Directives, now: float
) -> float:
    lifetime = _read_origin_lifetime(response, directives, now)
    return policy.default_ttl if lifetime is None else min(lifetime, policy.max_ttl)


def _compute_error_freshness(
    policy: CachePolicy, response: CdnResponse, directives: Directives, now: float, errors: Errors
) -> Freshness:
    """An error's TTL: the larger of the error TTL and the origin's lifetime, up to Max TTL.

    A stale error is never served.
    """
    status = response.status
    ages = (parse_delta_seconds(directives.get(name, "")) for name in ("s-maxage", "max-age"))
    aged = any(age is not None for age in ages)
    if status not in ALWAYS_STORED_ERRORS and not (status in STORED_IF_AGED_ERRORS and aged):
        return NOT_STORED
    if status in HEEDFUL_ERRORS and is_storing_forbidden(directives):
        return NOT_STORED
    lifetime = (
        0.0
        if is_storing_forbidden(directives)
        else _read_origin_lifetime(response, directives, now) or 0.0
    )
    ttl = max(find_error_ttl(status, errors), min(lifetime, policy.max_ttl))
    return Freshness(ttl=ttl, storable=ttl > 0)


def _read_origin_lifetime(
    response: CdnResponse, directives: Directives, now: float
) -> float | None:
    """The origin's lifetime: s-maxage, else max-age, else Expires; None without any of them."""
    for name in ("s-maxage", "max-age"):
        if (lifetime := read_seconds(directives, name)) is not None:
            return max(lifetime - read_origin_age(response), 0)
    return _read_expires(response, now)


def _read_expires(response: CdnResponse, now: float) -> float | None:
    """The remaining lifetime by Expires: 0 if it is invalid (RFC 9111, section 5.3), else None.

    CloudFront caches "until the date in the Expires header" (page Expiration). In addition the
    lifetime is Expires minus Date, of which the Age is used up (RFC 9111, sections 4.2.1 and
    4.2.3), so that an origin's wrong clock does not lengthen it.
    """
    if (text := response.header("expires")) is None:
        return None
    if (expires := parse_http_date(text)) is None:
        return 0
    date = parse_http_date(response.header("date"))
    lifetime = expires - (now if date is None else date) - read_origin_age(response)
    return max(min(lifetime, expires - now), 0)


def has_vary_star(response: CdnResponse) -> bool:
    """Whether the origin is asked for the whole object every time, although it is cached.

    Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Content negotiation".
    """
    values = (value for name, value in response.headers if name == "vary")
    return any(item.strip() == "*" for value in values for item in value.split(","))
