"""A miss that finds no GPU wakes it, and the visitor still gets the fallback at once."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import EngineBusy, EngineUnavailable, StoreUnavailable
from tests.lambdas.api.conftest import OVER_TWINS

ON_AWS = True  # see conftest.py
GOLD = "order-delayed/de/gold.any"


@OVER_TWINS
def test_a_cold_miss_starts_the_gpu_once(world: Any) -> None:
    """Each visitor gets the fallback; one of them starts the service, and its log says so."""
    shop = world(lambda _: EngineUnavailable("cold"))
    for _ in range(3):
        assert "reason=cold" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert shop.adapters.starter.wanted == 1
    events = [(row["event"], row.get("action")) for row in shop.log]
    assert events.count(("gpu woken", "started")) == 1


def test_a_service_without_a_machine_is_moved_by_a_later_miss(world: Any) -> None:
    """The API starts it, waits, and then tries the next kind of machine; the log says which."""
    shop = world(lambda _: EngineUnavailable("cold"))
    for _ in range(2):
        shop.get("order-delayed", key=GOLD)
        shop.time.sleep(3600)
    actions = [row["action"] for row in shop.log if row["event"] == "gpu woken"]
    assert actions[0] == "started"
    assert actions[1] in {"moved", "waiting"}  # the twin has one kind only


@OVER_TWINS
@pytest.mark.parametrize("error", [EngineBusy("full"), None])
def test_a_gpu_that_answers_is_not_started(world: Any, good: Any, error: Any) -> None:
    """The alarms decide about more than one."""
    shop = world([error] if error else good)
    shop.get("order-delayed", key=GOLD)
    assert shop.adapters.starter.wanted == 0


def test_a_start_that_fails_costs_no_visitor_an_answer(world: Any) -> None:
    """It is logged, and the key is queued all the same."""

    class Broken:
        def start(self) -> Any:
            raise StoreUnavailable("ECS: service gpu: AccessDeniedException")

    shop = world(lambda _: EngineUnavailable("cold"), adapters={"starter": Broken()})
    assert "reason=cold" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert [row["error"] for row in shop.log if row["event"] == "gpu not woken"] == [
        "ECS: service gpu: AccessDeniedException"
    ]
    assert len(shop.queue_bodies) == 1


def test_without_a_service_to_start_nothing_is_tried(world: Any) -> None:
    """A stage with an existing GPU service has none."""
    shop = world(lambda _: EngineUnavailable("cold"), adapters={"starter": None})
    shop.get("order-delayed", key=GOLD)
    assert not [row for row in shop.log if "woken" in row["event"]]
