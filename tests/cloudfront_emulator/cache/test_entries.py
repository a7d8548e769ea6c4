"""The bounded store of entries."""

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.cache.entries import (
    ENTRY_OVERHEAD,
    CacheEntry,
    CacheStorage,
    extend_freshness,
    make_entry,
)
from cloudfront_emulator.cache.freshness import Freshness
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.request.cache_key import CacheKey


def make_key(path: str) -> CacheKey:
    return CacheKey(
        is_options_request=False, path=path, query="", headers=(), cookies="", accept_encoding=""
    )


def make_stored(body: bytes = b"", *headers: tuple[str, str], path: str = "/") -> CacheEntry:
    response = CdnResponse(status=200, headers=headers, body=body)
    stored_freshness = Freshness(ttl=5, stale_while_revalidate=10, stale_if_error=20)
    return make_entry(response, stored_freshness, now=100, path=path)


def test_the_least_recently_used_entry_is_evicted_first() -> None:
    """Rarely requested objects are evicted first (Developer Guide, Expiration)."""
    entries = CacheStorage(3 * ENTRY_OVERHEAD)
    for path in "abc":
        entries.put(make_key(path), make_stored())
    entries.get(make_key("a"))
    entries.put(make_key("d"), make_stored())
    assert [bool(entries.get(make_key(path))) for path in "abcd"] == [True, False, True, True]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 3000)), max_size=30))
def test_the_limit_holds_and_the_last_stored_entry_stays(puts: list[tuple[str, int]]) -> None:
    """The limit applies to the total of bytes; an entry that does not fit is not stored."""
    bound = 4 * ENTRY_OVERHEAD
    entries, sizes = CacheStorage(bound), dict[str, int]()
    for path, length in puts:
        entries.put(make_key(path), make_stored(b"x" * length))
        sizes[path] = ENTRY_OVERHEAD + length
        assert (entries.get(make_key(path)) is not None) == (sizes[path] <= bound)
        assert sum(sizes[each] for each in sizes if entries.get(make_key(each))) <= bound


def test_a_buffered_body_does_not_count_as_memory() -> None:
    """Its bytes are on disk."""
    response = CdnResponse(status=200, body=BufferedBody(size=10))
    assert make_entry(response, Freshness(ttl=5), now=0, path="/").size() == ENTRY_OVERHEAD


def test_times_count_from_now_and_age_from_the_origin() -> None:
    """Stale times follow the TTL; an origin's Age counts (RFC 9111, section 4.2.3)."""
    stored_freshness = make_stored(b"", ("age", "30"))
    assert (
        stored_freshness.fresh_until,
        stored_freshness.revalidate_until,
        stored_freshness.on_error_until,
    ) == (105, 115, 125)
    assert [stored_freshness.age(100), stored_freshness.age(101.9), stored_freshness.age(9)] == [
        30,
        31,
        0,
    ]
    assert stored_freshness.response.header("age") is None


def test_headers_that_must_not_be_cached_are_dropped() -> None:
    """no-cache="Set-Cookie" keeps the object without its cookies (Developer Guide, Cookies)."""
    both = ("cache-control", 'no-cache="Set-Cookie", max-age=9'), ("set-cookie", "a=b")
    assert make_stored(b"", *both).response.header("set-cookie") is None
    assert make_stored(b"", both[1]).response.header("set-cookie") == "a=b"


def test_invalidation_removes_matching_entries() -> None:
    """It returns the number of removed entries."""
    entries = CacheStorage(9 * ENTRY_OVERHEAD)
    for path in ("/a", "/b", "/b/c"):
        entries.put(make_key(path), make_stored(path=path))
    assert entries.invalidate(lambda each: each.path.startswith("/b")) == 2
    assert entries.get(make_key("/a"))
    assert len(entries) == 1


def test_an_extended_entry_is_served_without_another_request() -> None:
    """CloudFront serves the object for the error TTL (HTTPStatusCodes)."""
    entries = CacheStorage(9 * ENTRY_OVERHEAD)
    entries.extend_freshness(make_key("a"), make_stored(), 200)
    got = entries.get(make_key("a"))
    assert got is not None
    assert got == extend_freshness(make_stored(), 200)
    assert (got.fresh_until, got.revalidate_until, got.on_error_until) == (200, 200, 125)
