"""The worker generates queued keys into the overlay."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import EngineBusy, EngineUnavailable
from edgefill.demand.leases import Lease
from edgefill.demand.queue import GenerationJob, job_to_json
from edgefill.judging import ScriptedJudge
from tests.lambdas.api.conftest import OVER_TWINS
from tests.lambdas.api.test_template_lookup import KEY, publish_template

ON_AWS = True  # see conftest.py
GOLD = "order-delayed/de/gold.any"


def record(id_: str, key: str) -> dict[str, Any]:
    return {"messageId": id_, "body": job_to_json(GenerationJob(key=key, version="1"))}


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_worker_turns_a_fallback_into_a_hit(world: Any, good: Any) -> None:
    """The model was cold for the visitor and warm for the worker; the next visitor has it."""
    script = iter([EngineUnavailable("cold")])
    shop = world(lambda order: next(script, None) or good(order))
    assert "reason=cold" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert shop.worker.drain(shop.adapters.queue) == 1
    answer = shop.get("order-delayed", key=GOLD)
    assert answer.headers["X-Edgefill"] == f"miss; template={GOLD}; generated=false"
    assert shop.queue_bodies == []
    assert [order.lane for order in shop.generator.orders] == ["interactive", "batch"]


@OVER_TWINS
def test_a_job_that_fails_comes_back(world: Any, good: Any) -> None:
    """It is not acknowledged, and is done when the queue delivers it again."""
    script = iter([EngineUnavailable("cold"), EngineUnavailable("cold")])
    shop = world(lambda order: next(script, None) or good(order))
    shop.get("order-delayed", key=GOLD)
    assert shop.worker.drain(shop.adapters.queue) == 0
    shop.time.sleep(30)
    assert shop.worker.drain(shop.adapters.queue) == 1


def test_visitors_do_not_wait_for_the_worker(world: Any) -> None:
    """While it generates, they get the fallback at once."""
    shop = world([])
    version = shop.dependencies.catalogue.entry("order-delayed").experience.version
    lease = shop.adapters.leases.acquire(f"{GOLD}@{version}", owner="w", ttl_s=90, background=True)
    assert isinstance(lease, Lease)
    began = shop.time.now
    assert "reason=busy" in shop.get("order-delayed", key=GOLD).headers["X-Edgefill"]
    assert shop.time.now == began


def test_a_job_that_is_done_already_asks_no_model(world: Any, good: Any) -> None:
    """A job that is delivered twice is generated once."""
    shop = world(good)
    shop.get("order-delayed", key=GOLD)
    assert failed(shop.worker.process_event({"Records": [record("1", GOLD)]})) == []
    assert len(shop.generator.orders) == 1


def test_a_job_that_a_release_has_done_asks_no_model(world: Any) -> None:
    """The release was published after the key was queued."""
    shop = world([])
    publish_template(shop)
    assert failed(shop.worker.process_event({"Records": [record("1", str(KEY))]})) == []
    assert list(shop.adapters.objects.list_keys("t/live/")) == []


def test_a_text_that_no_judge_scores_is_held(world: Any, good: Any) -> None:
    """The job is done: a person has to read the text."""
    shop = world(good, judge=ScriptedJudge(otherwise="unscored"))
    assert failed(shop.worker.process_event({"Records": [record("1", GOLD)]})) == []
    assert list(shop.adapters.objects.list_keys("held/")) == [f"held/{GOLD}.json"]


def test_a_batch_stops_at_the_first_failure(world: Any, good: Any) -> None:
    """That one and all that follow it are reported; the ones before are done."""
    keys = [f"order-delayed/de/{case}" for case in ("gold.any", "silver.any", "any.any")]
    shop = world(lambda order: EngineBusy("full") if "silver" in order.prompt else good(order))
    event = {"Records": [record(str(at), key) for at, key in enumerate(keys)]}
    assert failed(shop.worker.process_event(event)) == ["1", "2"]
    assert list(shop.adapters.objects.list_keys("t/live/")) == [f"t/live/{keys[0]}.json"]


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        '{"key": "a/b", "version": "1"}',
        job_to_json(GenerationJob(key="a/b/c", version="1")),
    ],
)
def test_an_invalid_job_is_dropped(world: Any, body: str) -> None:
    """It does not block the jobs that follow it."""
    shop = world([])
    assert failed(shop.worker.process_event({"Records": [{"messageId": "1", "body": body}]})) == []
    assert [line["event"] for line in shop.log] == ["job dropped"]


def test_the_worker_keeps_to_the_days_tokens(world: Any, good: Any) -> None:
    """A job without tokens left is dropped: it would not come back before midnight anyway."""
    shop = world(good, tokens_per_day=10, tokens_each=11)
    assert failed(shop.worker.process_event({"Records": [record("1", GOLD)]})) == []
    assert shop.generator.orders == []
    assert [line["reason"] for line in shop.log] == ["budget"]
