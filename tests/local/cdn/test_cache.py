"""The bounded cache."""

from local.cdn.cache import ENTRY_OVERHEAD, Cache, entry_of
from local.cdn.cache_key import CacheKey
from local.cdn.freshness import Freshness
from local.cdn.message import Response


def key(path: str) -> CacheKey:
    return (path, "", (), ())


def test_the_least_recently_used_goes_first() -> None:
    """When the bound is reached, what was asked for least recently is put out."""
    cache = Cache(3 * ENTRY_OVERHEAD)
    for path in "abc":
        cache.put(key(path), entry_of(Response(status=200), Freshness(ttl=5), now=0))
    cache.get(key("a"))
    cache.put(key("d"), entry_of(Response(status=200), Freshness(ttl=5), now=0))
    assert [bool(cache.get(key(path))) for path in "abcd"] == [True, False, True, True]


def test_bodies_count_and_a_replaced_entry_does_not() -> None:
    """The bound is on bytes; putting the same key again frees the old entry's."""
    cache = Cache(2 * ENTRY_OVERHEAD + 1000)
    big = entry_of(Response(status=200, body=b"x" * 900), Freshness(ttl=5), now=0)
    for _ in range(5):
        cache.put(key("big"), big)
    cache.put(key("small"), entry_of(Response(status=200), Freshness(ttl=5), now=0))
    assert cache.get(key("big"))
    assert cache.get(key("small"))


def test_an_entry_larger_than_the_cache_is_not_kept() -> None:
    """Nothing is kept that does not fit."""
    cache = Cache(ENTRY_OVERHEAD)
    cache.put(key("a"), entry_of(Response(status=200, body=b"x"), Freshness(ttl=5), now=0))
    assert cache.get(key("a")) is None


def test_age_is_whole_seconds_since_the_answer() -> None:
    """Age counts from when the origin answered."""
    kept = entry_of(Response(status=200), Freshness(ttl=5), now=100)
    assert [kept.age(100), kept.age(101.9), kept.age(99)] == [0, 1, 0]
