"""The result of a load test, and how GPU calls are counted."""

import json
from dataclasses import replace

from edgefill.core.keys import Key
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.load_test import GPU_CALLS, LoadTestResult, sum_counter
from edgefill.local.traffic.report import build_report
from edgefill.local.traffic.traffic_model import TrafficRequest
from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.generation import GeneratedChunk

KEY = Key(experience="a", locale="de", case="any")
HIT = TrafficAnswer(
    request=TrafficRequest(key=KEY, path="/p/a", visitor=None),
    status=200,
    outcome="hit",
    cached=False,
    seconds=0.001,
)


def test_gpu_calls_are_the_finished_requests_of_the_service() -> None:
    """The sum is over both lanes and every finish reason in the service's metrics."""
    metrics = Metrics(AdmissionController(places=1, max_waiting=1))
    assert sum_counter(metrics.render().decode(), GPU_CALLS) == 0
    last = GeneratedChunk(
        text="", completion_tokens=1, prompt_tokens=1, finish_reason="stop", queue_s=0, elapsed_s=1
    )
    for _ in range(40):
        metrics.record_finish("batch", last, 1.0)
    for _ in range(2):
        metrics.record_finish("interactive", replace(last, finish_reason="length"), 1.0)
    assert sum_counter(metrics.render().decode(), GPU_CALLS) == 42


def test_a_result_is_one_json_object() -> None:
    """It has counts, percentiles and the keys that are still missing."""
    miss = replace(HIT, outcome="miss")
    result = LoadTestResult(report=build_report([HIT, miss], 1.0), retries=(HIT, miss), gpu_calls=1)
    data = json.loads(json.dumps(result.to_json()))
    assert data["asked_again"] == {"asked": 2, "hits": 1, "still_missing": ["a/de/any"]}
    assert (data["hits"], data["misses"], data["gpu_calls"]) == (1, 1, 1)
