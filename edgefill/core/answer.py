"""An HTTP answer before any platform's shape, and the caching policy of private ones."""

from __future__ import annotations

from edgefill.core.value import value

# Without stale-if-error=0 CloudFront serves what it got before, even what was called no-store, for
# as long as the Max TTL while the origin is ill (Developer Guide, Expiration).
PRIVATE = "private, no-store, stale-if-error=0"


@value
class Answer:
    """An HTTP response before any platform's shape; header names are in their usual case."""

    status: int
    headers: dict[str, str]
    body: str
