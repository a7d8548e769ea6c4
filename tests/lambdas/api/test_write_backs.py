"""A text that was paid for and shown is not lost when the store stalls."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from edgefill.core.errors import ObjectRefused, StoreUnavailable
from edgefill.core.keys import parse_key
from edgefill.demand.queue import GenerationJob, MemoryJobQueue, job_from_json, job_to_json
from edgefill.packs.layout import overlay_key
from edgefill.packs.pack import Overlay, overlay_to_json
from edgefill.release.overlay import put_overlay, read_overlay
from edgefill.store.memory import MemoryObjectStore
from lambdas.api.log import make_log
from lambdas.api.write_backs import MAX_WAITING, WriteBacks

GOLD = "order-delayed/de/gold.any"
KEY = parse_key(GOLD)


class StallingStore(MemoryObjectStore):
    """A store that does not answer while it is down; a call costs a second of the clock."""

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self.clock = clock
        self.is_down = False
        self.puts = 0

    def get(self, key: str) -> Any:
        self._answer()
        return super().get(key)

    def put(self, *arguments: Any, **options: Any) -> str:
        self.puts += 1
        self._answer()
        return super().put(*arguments, **options)

    def _answer(self) -> None:
        if self.is_down:
            self.clock.now += 1
            raise StoreUnavailable("no answer")


class StallingQueue(MemoryJobQueue):
    """A queue that does not answer while it is down."""

    is_down = False

    def send(self, job: Any) -> None:
        if self.is_down:
            raise StoreUnavailable("no answer")
        super().send(job)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Parts:
    """Write-backs over a store and a queue that can stall."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store, self.queue = StallingStore(self.clock), StallingQueue(self.clock)
        self.write_backs = WriteBacks(
            objects=self.store, queue=self.queue, tick=self.clock, log=make_log(io.StringIO())
        )


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def overlay(world: Any, good: Any) -> Overlay:
    """An overlay as the miss path writes it."""
    shop = world(good)
    shop.get("order-delayed", key=GOLD)
    written = read_overlay(shop.adapters.objects, KEY)
    assert written is not None
    return written


def test_a_text_is_written_at_once(parts: Parts, overlay: Overlay) -> None:
    """Then nothing waits and nothing is queued."""
    assert parts.write_backs.save(KEY, overlay, until=8)
    assert read_overlay(parts.store, KEY) == overlay
    assert parts.write_backs.find_program(KEY, overlay.version) is None
    assert parts.queue.receive() == []


def test_a_stalled_store_leaves_the_text_in_the_queue(parts: Parts, overlay: Overlay) -> None:
    """The job holds the whole text, so nothing is generated twice."""
    parts.store.is_down = True
    assert not parts.write_backs.save(KEY, overlay, until=8)
    (message,) = parts.queue.receive()
    job = job_from_json(message.body)
    parts.store.is_down = False
    assert parts.write_backs.process_job(KEY, job.overlay, overlay.version)
    assert read_overlay(parts.store, KEY) == overlay


def test_a_stalled_store_and_queue_leave_it_in_the_process(parts: Parts, overlay: Overlay) -> None:
    """The next visitors get it from there; it is written when the store is back."""
    parts.store.is_down = parts.queue.is_down = True
    assert not parts.write_backs.save(KEY, overlay, until=8)
    assert parts.write_backs.find_program(KEY, overlay.version) is not None
    parts.write_backs.flush(until=8)
    assert parts.write_backs.find_program(KEY, overlay.version) is not None
    parts.store.is_down = False
    parts.write_backs.flush(until=8)
    assert read_overlay(parts.store, KEY) == overlay
    assert parts.write_backs.find_program(KEY, overlay.version) is None


def test_no_call_begins_after_the_deadline(parts: Parts, overlay: Overlay) -> None:
    """The text waits in the process instead."""
    assert not parts.write_backs.save(KEY, overlay, until=0)
    parts.write_backs.flush(until=0)
    assert (parts.store.puts, parts.queue.receive()) == (0, [])
    parts.write_backs.flush(until=1)
    assert read_overlay(parts.store, KEY) == overlay


def test_a_flush_ends_at_the_first_failure(parts: Parts, overlay: Overlay) -> None:
    """A store that is still down costs one call, not one for each text."""
    parts.store.is_down = True
    for case in ("gold.any", "silver.any", "any.any"):
        parts.write_backs.save(parse_key(f"order-delayed/de/{case}"), overlay, until=99)
    began = parts.clock.now
    parts.write_backs.flush(until=99)
    assert parts.clock.now == began + 1


def test_a_later_text_of_the_key_is_not_overwritten(parts: Parts, overlay: Overlay) -> None:
    """A person may have replaced it while this one waited."""
    parts.store.is_down = True
    parts.write_backs.save(KEY, overlay, until=8)
    parts.store.is_down = False
    better = Overlay(version=overlay.version, program=overlay.program, text="better")
    put_overlay(parts.store, KEY, better)
    parts.write_backs.flush(until=9)
    body = json.dumps(overlay_to_json(overlay))
    assert parts.write_backs.process_job(KEY, body, overlay.version)
    assert read_overlay(parts.store, KEY) == better


def test_a_text_of_another_version_is_not_served_and_not_written(
    parts: Parts, overlay: Overlay
) -> None:
    """The experience has changed meanwhile."""
    parts.store.is_down = True
    parts.write_backs.save(KEY, overlay, until=8)
    assert parts.write_backs.find_program(KEY, "another") is None
    parts.store.is_down = False
    assert parts.write_backs.process_job(KEY, json.dumps(overlay_to_json(overlay)), "another")
    assert list(parts.store.list_keys("")) == []


@pytest.mark.parametrize("body", ["", "[]", "{}", "[" * 100_000, '{"v": 2}', '{"v": 1}'])
def test_a_job_with_a_damaged_text_is_dropped(parts: Parts, body: str) -> None:
    """It would never become valid."""
    assert parts.write_backs.process_job(KEY, body, "v1")
    assert list(parts.store.list_keys("")) == []


def test_a_job_waits_for_a_store_that_is_down(parts: Parts, overlay: Overlay) -> None:
    """It is delivered again later."""
    parts.store.is_down = True
    body = json.dumps(overlay_to_json(overlay))
    assert not parts.write_backs.process_job(KEY, body, overlay.version)


def test_a_damaged_object_in_the_store_is_replaced(parts: Parts, overlay: Overlay) -> None:
    """It counts as missing everywhere else too."""
    parts.store.put(overlay_key(KEY), b"{", cache_control="no-store")
    body = json.dumps(overlay_to_json(overlay))
    assert parts.write_backs.process_job(KEY, body, overlay.version)
    assert read_overlay(parts.store, KEY) == overlay


def test_a_text_that_no_store_would_take_is_not_kept(overlay: Overlay) -> None:
    """It is too large for the CDN, today and tomorrow."""

    class Refusing(MemoryObjectStore):
        def put(self, *_: Any, **__: Any) -> str:
            raise ObjectRefused("too large")

    clock = Clock()
    write_backs = WriteBacks(
        objects=Refusing(), queue=MemoryJobQueue(clock), tick=clock, log=make_log(io.StringIO())
    )
    assert not write_backs.save(KEY, overlay, until=8)
    assert write_backs.find_program(KEY, overlay.version) is None
    assert write_backs.process_job(KEY, json.dumps(overlay_to_json(overlay)), overlay.version)


def test_memory_is_bounded(parts: Parts, overlay: Overlay) -> None:
    """The oldest text is dropped; the queue has it all the same."""
    parts.store.is_down = True
    keys = [parse_key(f"order-delayed/de/case{at}") for at in range(MAX_WAITING + 1)]
    for key in keys:
        parts.write_backs.save(key, overlay, until=1e9)
    found = [parts.write_backs.find_program(key, overlay.version) for key in keys]
    assert found[0] is None
    assert all(found[1:])


def test_every_shown_text_is_stored_after_a_stall(world: Any, good: Any) -> None:
    """Store and queue stall for all of six visitors; what they saw is stored without the model."""
    parts = Parts()
    adapters = {"objects": parts.store, "queue": parts.queue}
    shop = world(good, adapters=adapters)
    keys = [f"order-delayed/{locale}/{case}.any" for locale in ("de", "en")
            for case in ("gold", "silver", "any")]  # fmt: skip

    def generate_then_stall(order: Any) -> Any:
        parts.store.is_down = parts.queue.is_down = True
        return good(order)

    shop = world(generate_then_stall, adapters=adapters)
    bodies = {}
    for key in keys:
        parts.store.is_down = False
        answer = shop.get("order-delayed", key=key)
        assert "generated=true" in answer.headers["X-Edgefill"]
        bodies[key] = answer.body
        assert shop.get("order-delayed", key=key).body == answer.body
    parts.store.is_down = parts.queue.is_down = False
    shop.get("order-delayed", key=keys[0])
    stored = set(parts.store.list_keys("t/live/"))
    assert stored == {f"t/live/{key}.json" for key in keys}
    assert len(shop.generator.orders) == len(keys)
    assert {key: shop.get("order-delayed", key=key).body for key in keys} == bodies


def test_the_worker_writes_a_queued_text(world: Any, good: Any) -> None:
    """From the job alone: another process than the visitor's, and no model."""
    visitor_parts = Parts()
    adapters = {"objects": visitor_parts.store, "queue": visitor_parts.queue}

    def generate_then_stall(order: Any) -> Any:
        visitor_parts.store.is_down = True
        return good(order)

    world(generate_then_stall, adapters=adapters).get("order-delayed", key=GOLD)
    visitor_parts.store.is_down = False
    other = world([], adapters=adapters)
    assert other.worker.drain(visitor_parts.queue) == 1
    assert list(visitor_parts.store.list_keys("t/live/")) == [f"t/live/{GOLD}.json"]


def test_the_workers_own_text_is_written_when_its_job_comes_back(world: Any, good: Any) -> None:
    """The worker may not send messages; the job stays in the queue, and the text in the process."""
    parts = Parts()
    parts.queue.send(GenerationJob(key=GOLD, version="c1"))

    def generate_then_stall(order: Any) -> Any:
        parts.store.is_down = True
        return good(order)

    shop = world(generate_then_stall, adapters={"objects": parts.store, "queue": parts.queue})
    worker = shop.worker
    assert worker.drain(parts.queue) == 0
    parts.store.is_down = False
    parts.clock.now += 60
    assert worker.drain(parts.queue) == 1
    assert list(parts.store.list_keys("t/live/")) == [f"t/live/{GOLD}.json"]
    assert len(shop.generator.orders) == 1
    assert parts.queue.receive() == []


def test_a_job_with_a_text_survives_the_queue() -> None:
    """As JSON, and it is not taken for the job that generates the same key."""
    writing = GenerationJob(key=GOLD, version="v", overlay='{"v": 2}')
    generating = GenerationJob(key=GOLD, version="v", principal="address-00")
    for job in (writing, generating):
        assert job_from_json(job_to_json(job)) == job
    assert writing.deduplication != generating.deduplication
    assert writing.group == generating.group
