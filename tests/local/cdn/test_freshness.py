"""The TTL table of the CloudFront Developer Guide, "Expiration" and "HTTPStatusCodes"."""

from math import inf

import pytest

from local.cdn.behaviour import CachePolicy
from local.cdn.freshness import Freshness, freshness
from local.cdn.message import Response

NOW = 1_000_000_000.0  # 2001-09-09T01:46:40Z
IN_A_MINUTE = "Sun, 09 Sep 2001 01:47:40 GMT"
ZERO = CachePolicy(min_ttl=0, default_ttl=50, max_ttl=100)
TEN = CachePolicy(min_ttl=10, default_ttl=50, max_ttl=100)


def ttl(policy: CachePolicy, headers: dict[str, str], status: int = 200) -> float:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    response = Response(status=status, headers=pairs)
    return freshness(policy, response, now=NOW, error_ttls={404: 1}).ttl


@pytest.mark.parametrize(
    ("headers", "with_min_0", "with_min_10"),
    [
        ({}, 50, 50),
        ({"cache_control": "max-age=60"}, 60, 60),
        ({"cache_control": "max-age=5"}, 5, 10),
        ({"cache_control": "max-age=500"}, 100, 100),
        ({"cache_control": "max-age=60, s-maxage=70"}, 70, 70),
        ({"cache_control": "max-age=60, s-maxage=0"}, 0, 10),
        ({"cache_control": 'public, MAX-AGE="60"'}, 60, 60),
        ({"expires": IN_A_MINUTE}, 60, 60),
        ({"expires": IN_A_MINUTE, "cache_control": "max-age=20"}, 20, 20),
        ({"expires": "0"}, 0, 10),
        ({"cache_control": "no-store"}, 0, 10),
        ({"cache_control": "no-cache, max-age=60"}, 0, 10),
        ({"cache_control": "private, max-age=60"}, 0, 10),
    ],
)
def test_the_table(headers: dict[str, str], with_min_0: float, with_min_10: float) -> None:
    """Max TTL bounds what the origin asks; Min TTL above 0 overrides even no-store."""
    assert ttl(ZERO, headers) == with_min_0
    assert ttl(TEN, headers) == with_min_10


@pytest.mark.parametrize(
    ("status", "cache_control", "seconds"),
    [
        (404, "", 1),
        (404, "no-store", 1),
        (404, "max-age=30", 30),
        (503, "", 10),
        (400, "", 0),
        (400, "max-age=30", 30),
        (401, "max-age=30", 0),
    ],
)
def test_errors_are_kept_by_their_own_rules(
    status: int, cache_control: str, seconds: float
) -> None:
    """Some errors are always kept for at least the error TTL, some only when aged, the rest not."""
    assert ttl(TEN, {"cache_control": cache_control}, status) == seconds


def test_stale_times_are_read() -> None:
    """stale-while-revalidate and stale-if-error are seconds after the TTL; no bound if unsaid."""
    response = Response(
        status=200,
        headers=(("cache-control", "max-age=5, stale-while-revalidate=60, stale-if-error=90"),),
    )
    assert freshness(ZERO, response, now=NOW, error_ttls={}) == Freshness(
        ttl=5, stale_while_revalidate=60, stale_if_error=90
    )
    assert freshness(ZERO, Response(status=200), now=NOW, error_ttls={}).stale_if_error == inf
