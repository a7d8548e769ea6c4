"""The shelf: freshness, staleness, memory and simultaneous visitors."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from edgefill.core.errors import NotStored, ObjectCorrupt, StoreUnavailable
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.object_cache import WEIGHT, ObjectCache, ObjectKind

KIND = ObjectKind(parse=lambda data: data, ttl_s=10)
OPTIONAL = ObjectKind(parse=lambda data: data, ttl_s=10, optional=True)


def shelf(fetch: Any, tick: Any, *, capacity: int = 10**6, log: Any = None) -> ObjectCache:
    return ObjectCache(
        fetch=fetch,
        tick=tick,
        log=log or (lambda _: None),
        capacity=capacity,
        negative_ttl_s=5,
    )


def test_a_fresh_object_is_fetched_once(store: Any, tick: Any) -> None:
    """And again when its time is over."""
    store.put("a", 1)
    held = shelf(store, tick)
    assert [held.get("a", KIND), held.get("a", KIND)] == [1, 1]
    assert store.fetched == ["a"]
    tick.now += 10
    store.put("a", 2)
    assert held.get("a", KIND) == 2


def test_an_unchanged_object_is_not_sent_again(store: Any, tick: Any) -> None:
    """Its ETag is enough, and makes the copy fresh."""
    sent = []

    def fetch(path: str, etag: str | None, /) -> StoreResponse:
        sent.append(store(path, etag).status)
        return store(path, etag)  # type: ignore[no-any-return]

    store.put("a", 1)
    held = shelf(fetch, tick)
    held.get("a", KIND)
    tick.now += 10
    assert held.get("a", KIND) == 1
    tick.now += 9
    assert held.get("a", KIND) == 1
    assert sent == [200, 304]


def test_absence_is_remembered_for_a_while(store: Any, tick: Any) -> None:
    """The negative TTL."""
    held = shelf(store, tick)
    for _ in range(3):
        with pytest.raises(NotStored):
            held.get("a", OPTIONAL)
    assert store.fetched == ["a"]
    store.put("a", 1)
    tick.now += 5
    assert held.get("a", OPTIONAL) == 1


def test_an_optional_object_may_vanish(store: Any, tick: Any) -> None:
    """What was taken back is not served on, and nobody is alarmed."""
    log: list[object] = []
    store.put("a", 1)
    held = shelf(store, tick, log=log.append)
    held.get("a", OPTIONAL)
    del store.objects["a"]
    tick.now += 10
    with pytest.raises(NotStored):
        held.get("a", OPTIONAL)
    assert log == []


def test_any_other_object_that_vanished_is_served_on(store: Any, tick: Any) -> None:
    """It is the store's failure."""
    log: list[Any] = []
    store.put("a", 1)
    held = shelf(store, tick, log=log.append)
    held.get("a", KIND)
    del store.objects["a"]
    tick.now += 10
    assert held.get("a", KIND) == 1
    assert log == [{"event": "store", "path": "a", "error": "NotStored", "served": "stale"}]


def test_a_failed_store_is_left_alone_for_a_while(store: Any, tick: Any) -> None:
    """Nobody waits for a timeout at each request."""
    store.down = True
    held = shelf(store, tick)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            held.get("a", KIND)
    assert store.fetched == ["a"]
    store.down = False
    store.put("a", 1)
    tick.now += 5
    assert held.get("a", KIND) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_json_is_corrupt(store: Any, tick: Any, body: bytes) -> None:
    """Whatever the bytes."""
    store.objects["a"] = body
    with pytest.raises(ObjectCorrupt):
        shelf(store, tick).get("a", KIND)


def test_what_reads_as_corrupt_is_served_stale(store: Any, tick: Any) -> None:
    """The copy that was sound stays."""

    def read(data: Any) -> Any:
        if data == "corrupt":
            raise ObjectCorrupt("pack: corrupt")
        return data

    kind = ObjectKind(parse=read, ttl_s=10)
    store.put("a", 1)
    held = shelf(store, tick)
    held.get("a", kind)
    store.put("a", "corrupt")
    tick.now += 10
    assert held.get("a", kind) == 1


def test_the_longest_unused_is_dropped(store: Any, tick: Any) -> None:
    """When the shelf holds more bytes than it may."""
    for path in "abc":
        store.put(path, "x" * 8)
    held = shelf(store, tick, capacity=2 * 10 * WEIGHT)
    held.get("a", KIND)
    held.get("b", KIND)
    held.get("a", KIND)
    held.get("c", KIND)
    store.fetched.clear()
    held.get("a", KIND)
    held.get("c", KIND)
    assert store.fetched == []
    held.get("b", KIND)
    assert store.fetched == ["b"]


def test_one_object_beyond_the_capacity_is_kept_alone(store: Any, tick: Any) -> None:
    """Or every request would fetch it."""
    store.put("a", "x" * 100)
    held = shelf(store, tick, capacity=1)
    held.get("a", KIND)
    held.get("a", KIND)
    assert store.fetched == ["a"]


def test_the_last_of_its_name_is_found(store: Any, tick: Any) -> None:
    """Whatever release it came with; failures do not count."""
    store.put("t/r/r1/sale/en.json", "r1")
    store.put("t/r/r2/sale/en.json", "r2")
    held = shelf(store, tick)
    assert held.find_last("/sale/en.json") is None
    held.get("t/r/r1/sale/en.json", KIND)
    held.get("t/r/r2/sale/en.json", KIND)
    with pytest.raises(NotStored):
        held.get("t/r/r3/sale/en.json", KIND)
    assert held.find_last("/sale/en.json") == "r2"


class Gate:
    """A store whose answers wait until they are let through."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.open = threading.Event()
        self.fetched = 0

    def __call__(self, _path: str, _etag: str | None, /) -> StoreResponse:
        self.fetched += 1
        self.asked.release()
        assert self.open.wait(60)
        return StoreResponse(status=200, body=b"%d" % self.fetched)


def test_simultaneous_visitors_share_one_fetch(tick: Any) -> None:
    """Those without a copy wait for it."""
    gate = Gate()
    held = shelf(gate, tick)
    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(held.get, "a", KIND) for _ in range(16)]
        gate.asked.acquire()
        gate.open.set()
        assert {ask.result(10) for ask in asked} == {1}
    assert gate.fetched == 1


def test_nobody_waits_who_has_an_old_copy(tick: Any) -> None:
    """One asks the store, the others serve what they have meanwhile."""
    gate = Gate()
    gate.open.set()
    held = shelf(gate, tick)
    held.get("a", KIND)
    gate.asked.acquire()
    gate.open.clear()
    tick.now += 10
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(held.get, "a", KIND)
        gate.asked.acquire()
        assert held.get("a", KIND) == 1
        gate.open.set()
        assert first.result(10) == 2


def test_a_different_status_is_a_failure_of_the_store(tick: Any) -> None:
    """A 304 for something that does not lie here means nothing."""
    with pytest.raises(NotStored):
        shelf(lambda _path, _etag: StoreResponse(status=304), tick).get("a", KIND)


def test_a_store_that_does_not_answer_is_spared_for_every_path(store: Any, tick: Any) -> None:
    """Old copies are served and others missed at once; then one path tries for all."""
    store.put("a", 1)
    held = shelf(store, tick)
    held.get("a", KIND)
    store.fetched.clear()
    store.down = True
    tick.now += 10
    assert held.get("a", KIND) == 1
    for path in ("b", "c"):
        with pytest.raises(StoreUnavailable, match="circuit breaker is open"):
            held.get(path, OPTIONAL)
    assert store.fetched == ["a"]
    tick.now += 5
    with pytest.raises(StoreUnavailable, match="down"):
        held.get("b", OPTIONAL)
    assert held.get("a", KIND) == 1
    assert store.fetched == ["a", "b"]
    store.down = False
    store.put("c", 3)
    tick.now += 5
    assert [held.get("c", KIND), held.get("a", KIND)] == [3, 1]
