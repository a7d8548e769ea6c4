"""The TTL table of the Developer Guide, Expiration; of errors, HTTPStatusCodes."""

import pytest

from cloudfront_emulator.cache.freshness import (
    NOT_STORED,
    Freshness,
    compute_freshness,
    read_origin_age,
)
from cloudfront_emulator.distribution import CachePolicy, ErrorResponse
from cloudfront_emulator.message import CdnResponse

NOW = 1_000_000_000.0  # 2001-09-09T01:46:40Z
IN_A_MINUTE = "Sun, 09 Sep 2001 01:47:40 GMT"
ZERO = CachePolicy(min_ttl=0, default_ttl=50, max_ttl=100)
TEN = CachePolicy(min_ttl=10, default_ttl=50, max_ttl=100)
ERRORS = {404: ErrorResponse(status=404, min_ttl=1)}


def compute(policy: CachePolicy, status: int = 200, /, **headers: str) -> Freshness:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return compute_freshness(
        policy, CdnResponse(status=status, headers=pairs), now=NOW, errors=ERRORS
    )


@pytest.mark.parametrize(
    ("headers", "with_min_0", "with_min_10"),
    [
        ({}, 50, 50),
        ({"cache_control": "public"}, 50, 50),
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
        ({"cache_control": 'no-cache="Set-Cookie", max-age=60'}, 60, 60),
        ({"pragma": "no-cache"}, 50, 50),
        ({"cache_control": "max-age=60", "set_cookie": "a=b"}, 60, 60),
        ({"cache_control": "max-age=60", "age": "20"}, 40, 40),
    ],
)
def test_the_expiration_table(
    headers: dict[str, str], with_min_0: float, with_min_10: float
) -> None:
    """Max TTL bounds what the origin asks; Min TTL above 0 overrides even no-store (Expiration)."""
    assert compute(ZERO, **headers).ttl == with_min_0
    assert compute(TEN, **headers).ttl == with_min_10


def test_a_default_ttl_below_the_minimum_gives_way() -> None:
    """Without headers the greater of Min TTL and Default TTL (Expiration)."""
    assert compute(CachePolicy(min_ttl=30, default_ttl=20, max_ttl=100)).ttl == 30


def test_disabled_caching_and_partial_responses_store_nothing() -> None:
    """CachingDisabled keeps errors neither (HTTPStatusCodes); 206 and 304 are no objects."""
    disabled = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0)
    assert compute(disabled, cache_control="max-age=9") == compute(disabled, 404) == NOT_STORED
    assert compute(TEN, 206) == compute(TEN, 304) == NOT_STORED


def test_vary_star_is_fetched_every_time() -> None:
    """It is cached for when the origin fails; with a Min TTL above 0 it is as any other
    ("Content negotiation")."""
    rule = "max-age=9, stale-while-revalidate=9"
    got = compute(ZERO, vary="Accept, *", cache_control=rule)
    assert got == Freshness(ttl=0, stale_if_error=100)
    assert compute(ZERO, vary="*", cache_control="stale-if-error=0") == NOT_STORED
    assert compute(TEN, vary="*", cache_control="max-age=20").ttl == 20


@pytest.mark.parametrize("status", [307, 308])
def test_a_temporary_redirect_is_cached_only_with_cache_control(status: int) -> None:
    """Other redirects are cached by the default TTL (http-3xx-status-codes)."""
    assert compute(ZERO, status) == compute(TEN, status) == NOT_STORED
    assert compute(ZERO, status, expires=IN_A_MINUTE) == NOT_STORED
    assert compute(ZERO, status, cache_control="public").ttl == 50
    assert compute(ZERO, status, cache_control="max-age=9").ttl == 9
    assert [compute(ZERO, other).ttl for other in (301, 302, 303)] == [50, 50, 50]


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"cache_control": "private, no-store, stale-if-error=0"}, False),
        ({"cache_control": "no-store, stale-if-error=0", "etag": '"a"'}, False),
        ({"cache_control": "private, stale-if-error=0", "etag": '"a"'}, False),
        ({"cache_control": "no-cache, stale-if-error=0"}, False),
        ({"cache_control": "no-cache, stale-if-error=0", "etag": '"a"'}, True),
        ({"cache_control": "max-age=0, must-revalidate", "last_modified": IN_A_MINUTE}, True),
        ({"cache_control": "max-age=0, must-revalidate"}, False),
        ({"cache_control": "no-store"}, True),
        ({"cache_control": "max-age=0"}, True),
    ],
)
def test_what_can_never_be_served_is_not_kept(headers: dict[str, str], *, kept: bool) -> None:
    """Neither fresh nor stale nor after the origin's confirmation."""
    assert compute(ZERO, **headers).storable == kept
    if not kept:
        assert compute(TEN, **headers).ttl == 10  # Min TTL overrides


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"expires": "Sun, 09 Sep 2001 01:47:40 GMT"}, 60),
        ({"expires": "SUN, 09 SEP 2001 01:47:40 gmt"}, 60),
        ({"expires": "Sunday, 09-Sep-01 01:47:40 GMT"}, 60),
        ({"expires": "Sun Sep  9 01:47:40 2001"}, 60),
        ({"expires": "Sun, 09 Sep 2001 01:47:40 UTC"}, 0),
        ({"expires": "Sun, 09 Sep 2001 01:47:40"}, 0),
        ({"expires": "Sun, 9 Sep 2001 01:47:40 GMT"}, 0),
        ({"expires": "2001-09-09T01:47:40Z"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": ""}, 0),
        ({"expires": IN_A_MINUTE, "age": "20"}, 40),
        ({"expires": IN_A_MINUTE, "age": "200"}, 0),
        ({"expires": IN_A_MINUTE, "date": "Sun, 09 Sep 2001 01:46:40 GMT", "age": "7"}, 53),
        ({"expires": IN_A_MINUTE, "date": "Sun, 09 Sep 2001 01:47:00 GMT"}, 40),
        ({"expires": IN_A_MINUTE, "date": "Sun, 09 Sep 2001 01:48:00 GMT"}, 0),
        ({"expires": IN_A_MINUTE, "date": "Sun, 09 Sep 2001 01:40:00 GMT"}, 60),
        ({"expires": IN_A_MINUTE, "date": "yesterday"}, 60),
        ({"expires": IN_A_MINUTE, "cache_control": "max-age=x"}, 0),
        ({"cache_control": "s-maxage=x, max-age=60"}, 0),
        ({"cache_control": "max-age=x, s-maxage=60"}, 60),
        ({"cache_control": "max-age=-1"}, 0),
        ({"cache_control": "max-age="}, 0),
        ({"cache_control": "max-age"}, 0),
        ({"cache_control": "max-age=60", "age": "7, 0"}, 53),
        ({"cache_control": "max-age=60", "age": "7200, 0"}, 0),
        ({"cache_control": "max-age=60", "age": "0, 7200"}, 60),
        ({"cache_control": "max-age=60", "age": "old, 7200"}, 60),
    ],
)
def test_the_remaining_lifetime(headers: dict[str, str], seconds: float) -> None:
    """Until the date in Expires (Expiration), at most Expires minus Date, less the Age; what is
    invalid is stale (RFC 9111, sections 4.2.1, 4.2.3, 5.1 and 5.3)."""
    assert compute(ZERO, **headers).ttl == seconds


@pytest.mark.parametrize(
    ("status", "cache_control", "seconds"),
    [
        (404, "", 1),
        (404, "no-store", 0),
        (404, "max-age=30", 30),
        (404, "max-age=3000", 100),
        (503, "", 10),
        (503, "no-store", 10),
        (503, "max-age=3", 10),
        (400, "", 0),
        (400, "max-age=30", 30),
        (403, "s-maxage=30", 30),
        (405, "", 0),
        (401, "max-age=30", 0),
        (416, "max-age=30", 0),
    ],
)
def test_errors_are_cached_by_their_own_rules(
    status: int, cache_control: str, seconds: float
) -> None:
    """Some always for at least the error TTL, some only when aged, the rest not; of no-store only
    some obey it (HTTPStatusCodes; custom-error-pages-expiration)."""
    got = compute(TEN, status, cache_control=cache_control)
    assert (got.ttl, got.storable, got.stale_if_error) == (seconds, seconds > 0, 0)


def test_stale_objects_are_served_as_the_origin_says_up_to_max_ttl() -> None:
    """stale-while-revalidate and -if-error count from the TTL's end (Expiration)."""
    directives = "max-age=5, stale-while-revalidate=60, stale-if-error=90"
    assert compute(ZERO, cache_control=directives) == Freshness(
        ttl=5, stale_while_revalidate=60, stale_if_error=90
    )
    long = "max-age=5, stale-while-revalidate=600, stale-if-error=900"
    assert compute(ZERO, cache_control=long) == Freshness(
        ttl=5, stale_while_revalidate=95, stale_if_error=95
    )


def test_without_stale_if_error_a_stale_object_is_served_while_the_origin_fails() -> None:
    """Up to Max TTL; even no-store, unless stale-if-error=0 (Expiration, the warning)."""
    assert compute(ZERO, cache_control="max-age=5").stale_if_error == 95
    assert compute(ZERO, cache_control="no-store") == Freshness(ttl=0, stale_if_error=100)
    assert compute(ZERO, cache_control="no-store, stale-if-error=0").stale_if_error == 0


@pytest.mark.parametrize("directive", ["must-revalidate", "proxy-revalidate", "s-maxage=5"])
def test_some_directives_forbid_stale_objects(directive: str) -> None:
    """RFC 9111, sections 5.2.2.2, 5.2.2.8 and 5.2.2.10."""
    directives = f"max-age=5, stale-while-revalidate=60, {directive}"
    assert compute(ZERO, cache_control=directives) == Freshness(ttl=5)


def test_an_age_that_is_not_a_number_is_ignored() -> None:
    """RFC 9111, section 5.1: an invalid Age is ignored."""
    assert read_origin_age(CdnResponse(status=200, headers=(("age", "-1"),))) == 0


def test_a_huge_age_is_limited() -> None:
    """RFC 9111, section 1.2.2: it counts as 2^31 seconds."""
    assert read_origin_age(CdnResponse(status=200, headers=(("age", "9" * 5000),))) == 2**31
