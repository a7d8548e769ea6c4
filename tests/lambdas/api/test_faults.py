"""Defects of ours and services that hang: the visitor still gets a text in time."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from edgefill.core.errors import EngineTimeout
from edgefill.demand.queue import MemoryJobQueue
from edgefill.store.memory import MemoryObjectStore
from lambdas.api.miss_handler import MissRequest
from lambdas.api.miss_service import MissResult
from tests.lambdas.api.conftest import OVER_TWINS

ON_AWS = True  # see conftest.py
GOLD = "order-delayed/de/gold.any"
OTHER = "order-delayed/en/gold.any"
FALLBACK = f"fallback; template={GOLD}; reason=fault"


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("Ada's secret")


def test_a_fault_means_the_fallback(world: Any) -> None:
    """200 at once, for the next visitor too; the log has the type and the place but no value."""
    shop = world(broken)
    for _ in range(2):
        answer = shop.get("order-delayed", key=GOLD)
        assert (answer.status, answer.headers["X-Edgefill"]) == (200, FALLBACK)
    assert len(shop.generator.orders) == 1
    assert shop.time.now == shop.adapters.clock()
    assert "secret" not in shop.log_stream.getvalue()
    fault = next(line for line in shop.log if line["event"] == "fault")
    assert (fault["error"], fault["at"].split(":")[0]) == ("RuntimeError", "test_faults.py")
    assert len(shop.queue_bodies) == 1


def test_a_fault_costs_no_budget(world: Any, good: Any) -> None:
    """The reserved amounts are refunded."""
    models = iter([broken])

    def answer(order: Any) -> Any:
        model = next(models, good)
        return model(order)

    shop = world(answer, key_per_hour=1, cooldown_s=1)
    assert shop.get("order-delayed", key=GOLD).headers["X-Edgefill"] == FALLBACK
    shop.time.sleep(1)
    assert "generated=true" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]


@pytest.mark.parametrize("text", ["{{ " + "(" * 400 + "name", "{{ name" + "|upper" * 300 + " }}"])
def test_a_deeply_nested_answer_is_refused_like_any_other(world: Any, text: str) -> None:
    """The next visitor does not wait for a lease."""
    shop = world([text] * 2)
    for _ in range(2):
        answer = shop.get("order-delayed", key=GOLD)
        assert "reason=refused" in answer.headers["X-Edgefill"]
    assert len(shop.generator.orders) == 2


def test_a_template_that_cannot_be_filled_means_the_fallback(world: Any, good: Any) -> None:
    """Whatever the defect is."""
    shop = world(good)
    handler = shop.dependencies.miss_handler

    class Unfillable:
        use_fallback = staticmethod(handler.misses.use_fallback)

        def resolve(self, *_: Any, **__: Any) -> MissResult:
            return MissResult(program=SimpleNamespace(fill=broken))  # type: ignore[arg-type]

    answer = replace(handler, misses=Unfillable()).serve(
        MissRequest(method="GET", experience="order-delayed", query="", key=GOLD)
    )
    assert (answer.status, answer.headers["X-Edgefill"]) == (200, FALLBACK)
    assert "secret" not in shop.log_stream.getvalue()


@pytest.mark.parametrize("seam", ["counts", "queue"])
def test_defects_in_side_steps_do_not_show(world: Any, seam: str) -> None:
    """A failed count or queueing is logged by the type of its error."""

    class Broken:
        add = send = staticmethod(broken)

    shop = world([EngineTimeout("slow")], adapters={seam: Broken()})
    assert shop.get("order-delayed", key=GOLD).status == 200
    assert "secret" not in shop.log_stream.getvalue()
    assert any(line.get("error") == "RuntimeError" for line in shop.log)


def test_a_model_that_hangs_costs_one_visitor_the_wait(world: Any, good: Any) -> None:
    """Other keys fall back at once, stored ones are served; then one visitor tries again."""

    def hang(order: Any) -> Any:
        if len(shop.generator.orders) == 2:
            shop.time.sleep(6)
            return EngineTimeout("slow")
        return good(order)

    shop = world(hang, cooldown_s=10)
    assert "generated=true" in shop.get("flash-sale").headers["X-Edgefill"]
    assert "reason=timeout" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    began = shop.time.now
    answer = shop.get("order-delayed", key=OTHER)
    assert "reason=cold" in answer.headers["X-Edgefill"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 11
    assert "generated=false" in shop.get("flash-sale").headers["X-Edgefill"]
    assert (shop.time.now, len(shop.generator.orders)) == (began, 2)
    shop.time.sleep(10)
    assert "generated=true" in shop.get("order-delayed", key=OTHER).headers["X-Edgefill"]


class Slow(MemoryObjectStore):
    """A store whose reads are slow."""

    sleep: Any = None

    def get(self, key: str) -> Any:
        self.sleep(3)
        return super().get(key)


def test_slow_steps_share_one_deadline(world: Any, good: Any) -> None:
    """A slow store leaves no time for the model and the later steps."""
    objects = Slow()
    shop = world(good, adapters={"objects": objects}, deadline_s=8)
    objects.sleep = shop.time.sleep
    began = shop.time.now
    answer = shop.get("order-delayed", key=GOLD)
    assert "reason=timeout" in answer.headers["X-Edgefill"]
    assert shop.time.now - began <= 8 + 3
    assert shop.generator.orders == []
    assert any(line.get("step") == "settle" for line in shop.log)


@OVER_TWINS
def test_a_queued_job_passes_an_open_breaker(world: Any, good: Any) -> None:
    """The queue's key is generated while visitors fall back, which closes the breaker for them."""
    answers = iter([EngineTimeout("slow")])
    shop = world(lambda order: next(answers, None) or good(order))
    assert "timeout" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    queue = shop.adapters.queue
    assert isinstance(queue, MemoryJobQueue)
    assert shop.worker.drain(queue) == 1
    assert "generated=true" in shop.get("order-delayed", key=OTHER).headers["X-Edgefill"]
