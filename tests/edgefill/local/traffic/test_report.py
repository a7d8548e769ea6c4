"""What is said of a run."""

import pytest

from edgefill.core.keys import Key
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.report import build_report, find_percentile
from edgefill.local.traffic.traffic_model import TrafficRequest


def answer(
    name: str, outcome: str, seconds: float = 0.001, *, cached: bool = False
) -> TrafficAnswer:
    key = Key(experience=name, locale="de", case="any")
    ask = TrafficRequest(key=key, path=f"/p/{name}", visitor=None)
    return TrafficAnswer(request=ask, status=200, outcome=outcome, cached=cached, seconds=seconds)


def test_the_report_counts_every_answer_once() -> None:
    """Outcomes add up to the requests; a missed key is named once."""
    done = build_report(
        [
            *(answer("a", "hit") for _ in range(6)),
            answer("a", "hit", cached=True),
            answer("b", "miss"),
            answer("b", "miss"),
            answer("c", "fallback", seconds=0.5),
        ],
        seconds=2,
    )
    assert (done.requests, done.hits, done.cached, done.misses, done.fallbacks) == (10, 7, 1, 2, 1)
    assert (done.hit_ratio, done.requests_per_second) == (0.7, 5)
    assert done.missed_keys == ("b/de/any", "c/de/any")
    assert done.latency_ms == {"p50": 1, "p95": 500, "p99": 500}


@pytest.mark.parametrize(("share", "value"), [(50, 5), (95, 10), (99, 10), (1, 1)])
def test_percentiles_are_by_nearest_rank(share: float, value: float) -> None:
    """The smallest value that at least that share of all does not exceed; 0 of none."""
    assert find_percentile(range(1, 11), share) == value
    assert find_percentile([], share) == 0
