"""An HTTP answer independent of any platform, and the caching policy of private answers."""

from __future__ import annotations

from edgefill.core.value import value

# Without stale-if-error=0, while the origin fails, CloudFront serves an earlier response, even a
# no-store one, for as long as the Max TTL allows (Developer Guide, Expiration).
PRIVATE = "private, no-store, stale-if-error=0"


@value
class Answer:
    """An HTTP response; header names are in their usual case."""

    status: int
    headers: dict[str, str]
    body: str
