"""The object cache: freshness, staleness, memory and concurrent requests."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from edgefill.core.errors import NotStored, ObjectCorrupt, StoreUnavailable
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.object_cache import WEIGHT, ObjectCache, ObjectKind

KIND = ObjectKind(parse=lambda data: data, ttl_s=10)
OPTIONAL = ObjectKind(parse=lambda data: data, ttl_s=10, optional=True)


def make_cache(fetch: Any, tick: Any, *, capacity: int = 10**6, log: Any = None) -> ObjectCache:
    return ObjectCache(
        fetch=fetch,
        tick=tick,
        log=log or (lambda _: None),
        capacity=capacity,
        negative_ttl_s=5,
    )


def test_a_fresh_object_is_fetched_once(store: Any, tick: Any) -> None:
    """And again after its TTL."""
    store.put("a", 1)
    cache = make_cache(store, tick)
    assert [cache.get("a", KIND), cache.get("a", KIND)] == [1, 1]
    assert store.fetched == ["a"]
    tick.now += 10
    store.put("a", 2)
    assert cache.get("a", KIND) == 2


def test_an_unchanged_object_is_not_sent_again(store: Any, tick: Any) -> None:
    """A matching ETag makes the copy fresh again."""
    statuses = []

    def fetch(path: str, etag: str | None, /) -> StoreResponse:
        statuses.append(store(path, etag).status)
        return store(path, etag)  # type: ignore[no-any-return]

    store.put("a", 1)
    cache = make_cache(fetch, tick)
    cache.get("a", KIND)
    tick.now += 10
    assert cache.get("a", KIND) == 1
    tick.now += 9
    assert cache.get("a", KIND) == 1
    assert statuses == [200, 304]


def test_absence_is_remembered_for_a_while(store: Any, tick: Any) -> None:
    """The negative TTL."""
    cache = make_cache(store, tick)
    for _ in range(3):
        with pytest.raises(NotStored):
            cache.get("a", OPTIONAL)
    assert store.fetched == ["a"]
    store.put("a", 1)
    tick.now += 5
    assert cache.get("a", OPTIONAL) == 1


def test_an_optional_object_may_vanish(store: Any, tick: Any) -> None:
    """A removed object is not served stale, and nothing is logged."""
    log: list[object] = []
    store.put("a", 1)
    cache = make_cache(store, tick, log=log.append)
    cache.get("a", OPTIONAL)
    del store.objects["a"]
    tick.now += 10
    with pytest.raises(NotStored):
        cache.get("a", OPTIONAL)
    assert log == []


def test_any_other_object_that_vanished_is_served_stale(store: Any, tick: Any) -> None:
    """It is the store's failure."""
    log: list[Any] = []
    store.put("a", 1)
    cache = make_cache(store, tick, log=log.append)
    cache.get("a", KIND)
    del store.objects["a"]
    tick.now += 10
    assert cache.get("a", KIND) == 1
    assert log == [{"event": "store", "path": "a", "error": "NotStored", "served": "stale"}]


def test_a_failed_store_gets_no_request_for_a_while(store: Any, tick: Any) -> None:
    """Not every request waits for a timeout."""
    store.down = True
    cache = make_cache(store, tick)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            cache.get("a", KIND)
    assert store.fetched == ["a"]
    store.down = False
    store.put("a", 1)
    tick.now += 5
    assert cache.get("a", KIND) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 200_000])
def test_what_is_not_json_is_corrupt(store: Any, tick: Any, body: bytes) -> None:
    """Whatever the bytes."""
    store.objects["a"] = body
    with pytest.raises(ObjectCorrupt):
        make_cache(store, tick).get("a", KIND)


def test_an_object_that_became_corrupt_is_served_stale(store: Any, tick: Any) -> None:
    """The valid copy stays in the cache."""

    def read(data: Any) -> Any:
        if data == "corrupt":
            raise ObjectCorrupt("pack: corrupt")
        return data

    kind = ObjectKind(parse=read, ttl_s=10)
    store.put("a", 1)
    cache = make_cache(store, tick)
    cache.get("a", kind)
    store.put("a", "corrupt")
    tick.now += 10
    assert cache.get("a", kind) == 1


def test_the_least_recently_used_object_is_evicted(store: Any, tick: Any) -> None:
    """When the cache holds more bytes than its capacity."""
    for path in "abc":
        store.put(path, "x" * 8)
    cache = make_cache(store, tick, capacity=2 * 10 * WEIGHT)
    cache.get("a", KIND)
    cache.get("b", KIND)
    cache.get("a", KIND)
    cache.get("c", KIND)
    store.fetched.clear()
    cache.get("a", KIND)
    cache.get("c", KIND)
    assert store.fetched == []
    cache.get("b", KIND)
    assert store.fetched == ["b"]


def test_one_object_larger_than_the_capacity_stays_in_the_cache(store: Any, tick: Any) -> None:
    """Otherwise every request would fetch it."""
    store.put("a", "x" * 100)
    cache = make_cache(store, tick, capacity=1)
    cache.get("a", KIND)
    cache.get("a", KIND)
    assert store.fetched == ["a"]


def test_the_last_used_object_of_a_name_is_found(store: Any, tick: Any) -> None:
    """Of whatever release; failures do not count."""
    store.put("t/r/r1/sale/en.json", "r1")
    store.put("t/r/r2/sale/en.json", "r2")
    cache = make_cache(store, tick)
    assert cache.find_last("/sale/en.json") is None
    cache.get("t/r/r1/sale/en.json", KIND)
    cache.get("t/r/r2/sale/en.json", KIND)
    with pytest.raises(NotStored):
        cache.get("t/r/r3/sale/en.json", KIND)
    assert cache.find_last("/sale/en.json") == "r2"


class Gate:
    """A store whose answers wait until the test releases them."""

    def __init__(self) -> None:
        self.requests = threading.Semaphore(0)
        self.open = threading.Event()
        self.fetched = 0

    def __call__(self, _path: str, _etag: str | None, /) -> StoreResponse:
        self.fetched += 1
        self.requests.release()
        assert self.open.wait(60)
        return StoreResponse(status=200, body=b"%d" % self.fetched)


def test_concurrent_requests_share_one_fetch(tick: Any) -> None:
    """Requests without a copy wait for it."""
    gate = Gate()
    cache = make_cache(gate, tick)
    with ThreadPoolExecutor(16) as threads:
        futures = [threads.submit(cache.get, "a", KIND) for _ in range(16)]
        gate.requests.acquire()
        gate.open.set()
        assert {future.result(10) for future in futures} == {1}
    assert gate.fetched == 1


def test_requests_with_a_stale_copy_do_not_wait(tick: Any) -> None:
    """One request fetches, the others serve the stale copy meanwhile."""
    gate = Gate()
    gate.open.set()
    cache = make_cache(gate, tick)
    cache.get("a", KIND)
    gate.requests.acquire()
    gate.open.clear()
    tick.now += 10
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(cache.get, "a", KIND)
        gate.requests.acquire()
        assert cache.get("a", KIND) == 1
        gate.open.set()
        assert first.result(10) == 2


def test_a_different_status_is_a_failure_of_the_store(tick: Any) -> None:
    """A 304 means nothing without a cached copy."""
    with pytest.raises(NotStored):
        make_cache(lambda _path, _etag: StoreResponse(status=304), tick).get("a", KIND)


def test_a_store_that_does_not_answer_gets_no_request_for_any_path(store: Any, tick: Any) -> None:
    """Stale copies are served, other paths fail at once; then one path tries again."""
    store.put("a", 1)
    cache = make_cache(store, tick)
    cache.get("a", KIND)
    store.fetched.clear()
    store.down = True
    tick.now += 10
    assert cache.get("a", KIND) == 1
    for path in ("b", "c"):
        with pytest.raises(StoreUnavailable, match="circuit breaker is open"):
            cache.get(path, OPTIONAL)
    assert store.fetched == ["a"]
    tick.now += 5
    with pytest.raises(StoreUnavailable, match="down"):
        cache.get("b", OPTIONAL)
    assert cache.get("a", KIND) == 1
    assert store.fetched == ["a", "b"]
    store.down = False
    store.put("c", 3)
    tick.now += 5
    assert [cache.get("c", KIND), cache.get("a", KIND)] == [3, 1]
