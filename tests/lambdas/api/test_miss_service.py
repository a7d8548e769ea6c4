"""The miss path over in-memory adapters: what visitors get, and how often the model is asked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
    StoreUnavailable,
)
from edgefill.demand.queue import job_from_json
from edgefill.store.memory import MemoryObjectStore

ON_AWS = True  # see conftest.py
GOLD = "order-delayed/de/gold.any"


class Down:
    """An adapter whose every method fails."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise StoreUnavailable(f"{name}: out of order")

        return fail


def test_a_miss_is_generated_and_becomes_a_hit(world: Any, good: Any, token: Any) -> None:
    """The first visitor generates it, the second finds it; the model is asked once."""
    shop = world(good)
    ada = {"token": token(name="Ada", case=None), "key": GOLD}
    first, second = shop.get("order-delayed", **ada), shop.get("order-delayed", **ada)
    assert first.headers["X-Edgefill"] == f"miss; template={GOLD}; generated=true"
    assert second.headers["X-Edgefill"] == f"miss; template={GOLD}; generated=false"
    assert "Hallo Ada," in first.body
    assert first.body == second.body
    assert len(shop.generator.orders) == 1
    assert shop.queue_bodies == []


def test_two_hundred_simultaneous_misses_are_one_generation(
    world: Any, good: Any, real_time: dict[str, Any]
) -> None:
    """All get the generated text, with real threads and real time."""

    def slowly(order: Any) -> str:
        time.sleep(0.3)
        return str(good(order))

    shop = world(slowly, adapters=real_time, deadline_s=30)
    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda _: shop.get("order-delayed", key=GOLD), range(200)))
    assert len(shop.generator.orders) == 1
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    outcomes = [answer.headers["X-Edgefill"] for answer in answers]
    assert outcomes.count(f"miss; template={GOLD}; generated=true") == 1
    assert outcomes.count(f"miss; template={GOLD}; generated=false") == 199


@pytest.mark.parametrize(
    ("failure", "reason", "retry_after"),
    [
        (EngineUnavailable("down", retry_after=7), "cold", "7"),
        (EngineBusy("full", retry_after=3), "busy", "3"),
        (EngineTimeout("slow"), "timeout", "10"),
        (InvalidEngineOutput("???"), "invalid-output", "10"),
        (GenerationError("no idea"), "cold", "10"),
    ],
)
def test_a_failing_model_means_the_fallback(
    world: Any, token: Any, failure: GenerationError, reason: str, retry_after: str
) -> None:
    """200 at once, filled with the visitor's values, not cached; the key is queued."""
    shop = world([failure])
    answer = shop.get("order-delayed", key=GOLD, token=token(name="Ada"))
    assert answer.status == 200
    assert "Hallo Ada," in answer.body
    assert answer.headers["X-Edgefill"] == f"fallback; template={GOLD}; reason={reason}"
    assert answer.headers["Retry-After"] == retry_after
    assert answer.headers["Cache-Control"] == "private, no-store, stale-if-error=0"
    (queued,) = shop.queue_bodies
    assert job_from_json(queued).key == GOLD


def test_a_failure_pauses_generation_for_the_next_visitors(world: Any) -> None:
    """During the cooldown the model is not asked again; after it, it is."""
    shop = world([EngineUnavailable("down")], cooldown_s=10)
    for _ in range(5):
        assert "reason=cold" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert len(shop.generator.orders) == 1
    assert len(shop.queue_bodies) == 1
    shop.time.sleep(10)
    shop.get("order-delayed", key=GOLD)
    assert len(shop.generator.orders) == 2


def test_a_public_fallback_is_not_cached_either(world: Any) -> None:
    """Where a generated text would be public, the fallback stays private."""
    shop = world([EngineUnavailable("down")])
    answer = shop.get("flash-sale", query="locale=en")
    assert answer.headers["X-Edgefill"].startswith("fallback")
    assert answer.headers["Cache-Control"] == "private, no-store, stale-if-error=0"


def test_a_refused_template_is_revised_once(world: Any, good: Any) -> None:
    """The complaint goes into the second prompt; a good second draft is served."""
    answers = iter(["Dear {{ nobody }}"])
    shop = world(lambda order: next(answers, None) or good(order))
    answer = shop.get("order-delayed", key=GOLD)
    assert "generated=true" in answer.headers["X-Edgefill"]
    _, revision = shop.generator.orders
    assert "nobody" in revision.prompt


def test_a_template_refused_twice_means_the_fallback(world: Any) -> None:
    """Two drafts, not three; nothing is written back."""
    shop = world(["Dear {{ nobody }}"] * 3)
    answer = shop.get("order-delayed", key=GOLD)
    assert answer.headers["X-Edgefill"] == f"fallback; template={GOLD}; reason=refused"
    assert len(shop.generator.orders) == 2
    assert list(shop.adapters.objects.list_keys("")) == []


def test_no_second_draft_when_time_is_short(world: Any) -> None:
    """A draft that took over half of the deadline leaves no time for another."""
    shop: Any = world(lambda _: shop.time.sleep(5) or "Dear {{ nobody }}", deadline_s=8)
    answer = shop.get("order-delayed", key=GOLD)
    assert "reason=refused" in answer.headers["X-Edgefill"]
    assert len(shop.generator.orders) == 1


def test_a_visitor_who_waits_in_vain_gets_the_fallback(world: Any) -> None:
    """A slow lease holder costs a visitor at most the deadline."""
    shop = world([])
    version = shop.dependencies.catalogue.entry("order-delayed").experience.version
    shop.adapters.leases.acquire(f"{GOLD}@{version}", owner="slow", ttl_s=60)
    began = shop.time.now
    answer = shop.get("order-delayed", key=GOLD)
    assert "reason=timeout" in answer.headers["X-Edgefill"]
    assert shop.time.now - began <= 8
    assert shop.generator.orders == []


def test_a_crashed_winner_does_not_block_for_ever(world: Any, good: Any) -> None:
    """Once its lease has lapsed, a waiting visitor takes over."""
    shop = world(good)
    version = shop.dependencies.catalogue.entry("order-delayed").experience.version
    shop.adapters.leases.acquire(f"{GOLD}@{version}", owner="crashed", ttl_s=3)
    answer = shop.get("order-delayed", key=GOLD)
    assert "generated=true" in answer.headers["X-Edgefill"]


@pytest.mark.parametrize("seam", ["objects", "leases", "budgets"])
def test_a_store_that_is_down_means_the_fallback(world: Any, good: Any, seam: str) -> None:
    """200 with the hand-written text, and the key is queued."""
    shop = world(good, adapters={seam: Down()})
    answer = shop.get("order-delayed", key=GOLD)
    assert answer.status == 200
    assert answer.headers["X-Edgefill"] == f"fallback; template={GOLD}; reason=store"
    assert len(shop.queue_bodies) == 1


@pytest.mark.parametrize("seam", ["counts", "queue"])
def test_a_failed_count_or_queueing_does_not_fail_the_answer(world: Any, seam: str) -> None:
    """A visitor does not notice that they fail."""
    shop = world([EngineUnavailable("down")], adapters={seam: Down()})
    assert shop.get("order-delayed", key=GOLD).status == 200
    assert "StoreUnavailable" not in shop.log_stream.getvalue()
    assert any(line["event"] in ("not counted", "not queued") for line in shop.log)


def test_a_template_that_cannot_be_written_back_is_served_all_the_same(
    world: Any, good: Any
) -> None:
    """The process keeps it for its next visitors, and the queue has it for the worker."""

    class ReadOnly(MemoryObjectStore):
        def put(self, *_: Any, **__: Any) -> str:
            raise StoreUnavailable("read-only")

    shop = world(good, adapters={"objects": ReadOnly()})
    assert "generated=true" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert "generated=false" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert len(shop.generator.orders) == 1
    (body,) = shop.queue_bodies
    assert job_from_json(body).overlay


def test_a_key_has_its_budget(world: Any) -> None:
    """When it is used up, the fallback is served until the hour is over."""
    shop = world(lambda _: "Dear {{ nobody }}", key_per_hour=2, cooldown_s=1)
    for _ in range(2):
        assert "reason=refused" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
        shop.time.sleep(1)
    answer = shop.get("order-delayed", key=GOLD)
    assert "reason=budget" in answer.headers["X-Edgefill"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert len(shop.generator.orders) == 4


def test_a_principal_without_budget_does_not_spoil_the_key_for_others(
    world: Any, good: Any, token: Any
) -> None:
    """Ada has used up her budget; Bob's request is generated at once."""
    shop = world(good, principal_per_hour=1)
    ada, bob = token(subject="ada"), token(subject="bob")
    shop.get("order-delayed", key="order-delayed/en/gold.any", token=ada)
    spent = shop.get("order-delayed", key=GOLD, token=ada)
    assert "reason=budget" in spent.headers["X-Edgefill"]
    fresh = shop.get("order-delayed", key=GOLD, token=bob)
    assert "generated=true" in fresh.headers["X-Edgefill"]


def test_anonymous_visitors_are_distinguished_by_address(world: Any, good: Any) -> None:
    """Each address has its own budget."""
    shop = world(good, principal_per_hour=1)
    here, there = {"address": "198.51.100.10"}, {"address": "198.51.100.11"}
    shop.get("order-delayed", key="order-delayed/en/gold.any", **here)
    assert "budget" in shop.get("order-delayed", key=GOLD, **here).headers["X-Edgefill"]
    assert "true" in shop.get("order-delayed", key=GOLD, **there).headers["X-Edgefill"]


def test_the_day_has_its_tokens(world: Any, good: Any) -> None:
    """Tokens that a generation did not use are available to the next one."""
    shop = world(good, tokens_per_day=1000, tokens_each=900)
    keys = [f"order-delayed/de/{case}" for case in ("gold.any", "silver.any", "any.any")]
    assert "true" in shop.get("order-delayed", key=keys[0]).headers["X-Edgefill"]
    assert "true" in shop.get("order-delayed", key=keys[1]).headers["X-Edgefill"]
    assert "budget" in shop.get("order-delayed", key=keys[2]).headers["X-Edgefill"]


def test_a_cold_model_costs_no_budget(world: Any, good: Any) -> None:
    """Only the one queued job is paid for; the rest is there when the model is back."""
    script = iter([EngineUnavailable("down")] * 5)
    shop = world(
        lambda order: next(script, None) or good(order),
        key_per_hour=1,
        principal_per_hour=2,
        tokens_per_day=1000,
        tokens_each=900,
        cooldown_s=1,
    )
    for _ in range(5):
        assert "reason=cold" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
        shop.time.sleep(1)
    assert "generated=true" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]


def test_demand_is_counted_by_key(world: Any, good: Any) -> None:
    """Every request of the miss path counts, stored or not."""
    shop = world(good)
    for _ in range(3):
        shop.get("order-delayed", key=GOLD)
    assert shop.adapters.counts.list_top(5) == [(GOLD, 3)]
