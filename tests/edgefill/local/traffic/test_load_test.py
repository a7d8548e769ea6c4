"""What a rush says, and how the GPU's calls are counted."""

import json
from dataclasses import replace

from edgefill.core.keys import Key
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.load_test import GPU_CALLS, LoadTestResult, sum_counter
from edgefill.local.traffic.report import build_report
from edgefill.local.traffic.traffic_model import TrafficRequest
from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import Admission

KEY = Key(experience="a", locale="de", case="any")
HIT = TrafficAnswer(
    request=TrafficRequest(key=KEY, path="/p/a", visitor=None),
    status=200,
    outcome="hit",
    cached=False,
    seconds=0.001,
)


def test_calls_are_what_the_service_counts_as_finished() -> None:
    """Over both lanes and every finish reason, by the service's own metrics."""
    metrics = Metrics(Admission(places=1, queue=1))
    assert sum_counter(metrics.exposition().decode(), GPU_CALLS) == 0
    metrics.finished.labels(lane="batch", finish_reason="stop").inc(40)
    metrics.finished.labels(lane="interactive", finish_reason="length").inc(2)
    assert sum_counter(metrics.exposition().decode(), GPU_CALLS) == 42


def test_a_rush_is_one_json_object() -> None:
    """Counts, percentiles, and which keys were still no hits."""
    miss = replace(HIT, outcome="miss")
    done = LoadTestResult(report=build_report([HIT, miss], 1.0), retries=(HIT, miss), gpu_calls=1)
    said = json.loads(json.dumps(done.to_json()))
    assert said["asked_again"] == {"asked": 2, "hits": 1, "still_missing": ["a/de/any"]}
    assert (said["hits"], said["misses"], said["gpu_calls"]) == (1, 1, 1)
