"""Faults of ours, and things that hang: the visitor still gets something to read, in time."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from edgefill.core.errors import EngineTimeout
from edgefill.demand.queue import MemoryJobQueue
from edgefill.store.memory import MemoryObjectStore
from lambdas.api.miss_handler import MissRequest
from lambdas.api.misses import MissResult

GOLD = "order-delayed/de/gold.any"
OTHER = "order-delayed/en/gold.any"
FALLBACK = f"fallback; template={GOLD}; reason=fault"


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("Ada's secret")


def test_a_fault_means_the_fallback(world: Any) -> None:
    """200 at once, for the next visitor too; the log has type and place, and no value."""
    shop = world(broken)
    for _ in range(2):
        answer = shop.get("order-delayed", key=GOLD)
        assert (answer.status, answer.headers["X-Edgefill"]) == (200, FALLBACK)
    assert len(shop.generator.orders) == 1
    assert shop.time.now == shop.adapters.clock()
    assert "secret" not in shop.written.getvalue()
    fault = next(line for line in shop.log if line["event"] == "fault")
    assert (fault["error"], fault["at"].split(":")[0]) == ("RuntimeError", "test_faults.py")
    assert len(shop.queued) == 1


def test_a_fault_costs_no_budget(world: Any, good: Any) -> None:
    """What was set aside is given back."""
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
    """The next visitor does not wait for anybody's lease."""
    shop = world([text] * 2)
    for _ in range(2):
        answer = shop.get("order-delayed", key=GOLD)
        assert "reason=refused" in answer.headers["X-Edgefill"]
    assert len(shop.generator.orders) == 2


def test_a_template_that_cannot_be_filled_means_the_fallback(world: Any, good: Any) -> None:
    """Whatever keeps it from it."""
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
    assert "secret" not in shop.written.getvalue()


@pytest.mark.parametrize("seam", ["counts", "queue"])
def test_faults_beside_the_answer_do_not_show(world: Any, seam: str) -> None:
    """Counting and queueing are logged by the type of what went wrong."""

    class Broken:
        add = send = staticmethod(broken)

    shop = world([EngineTimeout("slow")], adapters={seam: Broken()})
    assert shop.get("order-delayed", key=GOLD).status == 200
    assert "secret" not in shop.written.getvalue()
    assert any(line.get("error") == "RuntimeError" for line in shop.log)


def test_a_model_that_hangs_costs_one_visitor_the_wait(world: Any, good: Any) -> None:
    """Other keys fall back at once, found ones are served; then one visitor tries for all."""

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
    """A store whose every read takes long."""

    sleep: Any = None

    def get(self, key: str) -> Any:
        self.sleep(3)
        return super().get(key)


def test_slow_steps_share_one_deadline(world: Any, good: Any) -> None:
    """A store that eats it leaves no time for the model, nor for what follows."""
    objects = Slow()
    shop = world(good, adapters={"objects": objects}, deadline_s=8)
    objects.sleep = shop.time.sleep
    began = shop.time.now
    answer = shop.get("order-delayed", key=GOLD)
    assert "reason=timeout" in answer.headers["X-Edgefill"]
    assert shop.time.now - began <= 8 + 3
    assert shop.generator.orders == []
    assert any(line.get("step") == "settle" for line in shop.log)


def test_a_job_is_not_spared(world: Any, good: Any) -> None:
    """A queued key is tried while visitors fall back, and opens for them."""
    answers = iter([EngineTimeout("slow")])
    shop = world(lambda order: next(answers, None) or good(order))
    assert "timeout" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    queue = shop.adapters.queue
    assert isinstance(queue, MemoryJobQueue)
    assert shop.worker.drain(queue) == 1
    assert "generated=true" in shop.get("order-delayed", key=OTHER).headers["X-Edgefill"]
