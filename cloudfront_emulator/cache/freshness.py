"""How long a response is cached, and how long a stale one is still served.

Source: Developer Guide, Expiration; for errors HTTPStatusCodes and custom-error-pages-expiration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

from cloudfront_emulator.cache.cache_control import (
    Directives,
    is_storing_forbidden,
    parse_delta_seconds,
    parse_directives,
    read_seconds,
)
from cloudfront_emulator.distribution import CachePolicy, ErrorResponse
from cloudfront_emulator.message import CdnResponse

# HTTPStatusCodes: these errors are always cached ...
ALWAYS_STORED_ERRORS = frozenset({404, 414, 500, 501, 502, 503, 504})
# ... these only when the origin gave a max-age or s-maxage, and every other error never.
STORED_IF_AGED_ERRORS = frozenset({400, 403, 405, 412, 415})
# custom-error-pages-expiration: only for these errors do no-store, no-cache and private count.
HEEDFUL_ERRORS = frozenset({404, 410, 414, 501})
DEFAULT_ERROR_TTL = 10.0

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
    if _has_vary_star(response) and policy.min_ttl == 0:
        return NOT_STORED
    if is_storing_forbidden(directives):
        return replace(
            _add_stale_periods(policy, directives, policy.min_ttl), stale_while_revalidate=0
        )
    lifetime = _compute_lifetime(policy, response, directives, now)
    return _add_stale_periods(policy, directives, max(lifetime, policy.min_ttl))


def find_error_ttl(status: int, errors: Errors) -> float:
    """The Error Caching Minimum TTL of `status`."""
    rule = errors.get(status)
    return DEFAULT_ERROR_TTL if rule is None else rule.min_ttl


def read_origin_age(response: CdnResponse) -> float:
    """The Age header in seconds: how long the response was cached before the origin sent it.

    AWS does not document an origin's Age; it counts here by RFC 9111, section 4.2.3.
    """
    return parse_delta_seconds(response.header("age") or "") or 0


def _add_stale_periods(policy: CachePolicy, directives: Directives, ttl: float) -> Freshness:
    """How long an object is served after its TTL: as the origin says, up to Max TTL in total.

    Without stale-if-error it is served up to Max TTL while the origin fails, even after no-store
    (page Expiration, the warning below the table). must-revalidate and proxy-revalidate forbid
    stale responses (RFC 9111, section 5.2.2.2; AWS does not mention them).
    """
    remaining = max(policy.max_ttl - ttl, 0)
    if "must-revalidate" in directives or "proxy-revalidate" in directives:
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
    aged = any(read_seconds(directives, name) is not None for name in ("s-maxage", "max-age"))
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
    if (expires := response.header("expires")) is None:
        return None
    try:
        return max(parsedate_to_datetime(expires).timestamp() - now, 0)
    except (ValueError, OverflowError):  # RFC 9111, section 5.3: invalid means already expired
        return 0


def _has_vary_star(response: CdnResponse) -> bool:
    """Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Content negotiation"."""
    values = (value for name, value in response.headers if name == "vary")
    return any(item.strip() == "*" for value in values for item in value.split(","))
