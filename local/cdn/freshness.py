"""For how long a response may be kept, and for how long a stale one still serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import inf

from local.cdn.behaviour import CachePolicy
from local.cdn.message import Response

# Developer Guide, HTTPStatusCodes: these errors are always kept, 10 seconds unless configured ...
ALWAYS_KEPT_ERRORS = frozenset({404, 405, 414, 500, 501, 502, 503, 504})
# ... and these only when the origin gave a max-age; every other error is not kept.
KEPT_IF_AGED_ERRORS = frozenset({400, 403, 412, 415})
DEFAULT_ERROR_TTL = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Seconds; a `ttl` of 0 means that the response is not kept."""

    ttl: float
    stale_while_revalidate: float = 0
    stale_if_error: float = inf  # CloudFront serves an expired object as long as the origin is ill


def freshness(
    policy: CachePolicy, response: Response, *, now: float, error_ttls: Mapping[int, float]
) -> Freshness:
    """The TTL of `response` by the table of the Developer Guide, "Expiration".

    A Min TTL above 0 keeps even what the origin calls no-store, no-cache or private.
    """
    directives = _directives(response)
    if response.status >= 400:
        return Freshness(ttl=_error_ttl(response.status, directives, error_ttls))
    if directives.keys() & {"no-store", "no-cache", "private"}:
        return Freshness(ttl=policy.min_ttl)
    asked = _asked(directives, response, now)
    ttl = policy.default_ttl if asked is None else min(asked, policy.max_ttl)
    return Freshness(
        ttl=max(ttl, policy.min_ttl),
        stale_while_revalidate=_seconds(directives, "stale-while-revalidate") or 0,
        stale_if_error=inf if (sie := _seconds(directives, "stale-if-error")) is None else sie,
    )


def _error_ttl(
    status: int, directives: Mapping[str, str], error_ttls: Mapping[int, float]
) -> float:
    aged = _seconds(directives, "s-maxage")
    aged = _seconds(directives, "max-age") if aged is None else aged
    least = error_ttls.get(status, DEFAULT_ERROR_TTL)
    if status in ALWAYS_KEPT_ERRORS or (status in KEPT_IF_AGED_ERRORS and aged is not None):
        return max(least, aged or 0)
    return 0


def _directives(response: Response) -> dict[str, str]:
    written = ",".join(value for name, value in response.headers if name == "cache-control")
    pairs = (item.strip().lower().partition("=") for item in written.split(","))
    return {name: value.strip('"') for name, _, value in pairs if name}


def _asked(directives: Mapping[str, str], response: Response, now: float) -> float | None:
    for name in ("s-maxage", "max-age"):
        if (seconds := _seconds(directives, name)) is not None:
            return seconds
    if (expires := response.header("expires")) is None:
        return None
    try:
        return max(parsedate_to_datetime(expires).timestamp() - now, 0)
    except ValueError:  # RFC 9111, section 5.3: an invalid date means already expired
        return 0


def _seconds(directives: Mapping[str, str], name: str) -> float | None:
    written = directives.get(name, "")
    return float(written) if written.isdecimal() else None
