"""Reports on load tests."""

import pytest

from edgefill.core.keys import Key
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.report import build_question_report, build_report, find_percentile
from edgefill.local.traffic.traffic_model import TrafficRequest


def make_answer(
    name: str, outcome: str, seconds: float = 0.001, *, cached: bool = False
) -> TrafficAnswer:
    key = Key(experience=name, locale="de", case="any")
    request = TrafficRequest(key=key, path=f"/p/{name}", visitor=None)
    return TrafficAnswer(
        request=request, status=200, outcome=outcome, cached=cached, seconds=seconds
    )


def test_the_report_counts_every_answer_once() -> None:
    """The outcomes add up to the requests, and a missed key is listed once."""
    report = build_report(
        [
            *(make_answer("a", "hit") for _ in range(6)),
            make_answer("a", "hit", cached=True),
            make_answer("b", "miss"),
            make_answer("b", "miss"),
            make_answer("c", "fallback", seconds=0.5),
        ],
        seconds=2,
    )
    assert (report.requests, report.hits, report.cached, report.misses, report.fallbacks) == (
        10,
        7,
        1,
        2,
        1,
    )
    assert (report.hit_ratio, report.requests_per_second) == (0.7, 5)
    assert report.missed_keys == ("b/de/any", "c/de/any")
    assert report.latency_ms == {"p50": 1, "p95": 500, "p99": 500}


@pytest.mark.parametrize(("share", "value"), [(50, 5), (95, 10), (99, 10), (1, 1)])
def test_percentiles_are_by_nearest_rank(share: float, value: float) -> None:
    """The smallest value that at least `share` percent do not exceed; 0 for no values."""
    assert find_percentile(range(1, 11), share) == value
    assert find_percentile([], share) == 0


def make_question_answer(
    experience: str, outcome: str, template: str = "", seconds: float = 0.01
) -> TrafficAnswer:
    request = TrafficRequest(
        key=Key(experience=experience, locale="en", case="any"), path="/ask?q=x"
    )
    return TrafficAnswer(
        request=request,
        status=200,
        outcome=outcome,
        cached=False,
        seconds=seconds,
        template=template,
    )


def test_the_report_on_questions_counts_wrong_texts() -> None:
    """A routed hit is wrong for another experience and for a question out of scope."""
    answers = [
        make_question_answer("welcome", "hit", "welcome/en/any"),
        make_question_answer("welcome", "hit", "flash-sale/en/any"),
        make_question_answer("out-of-scope", "hit", "welcome/en/any"),
        make_question_answer("out-of-scope", "hit", "answer/en/q-1"),
        make_question_answer("welcome", "clarify"),
        make_question_answer("welcome", "miss", "answer/en/q-2"),
        make_question_answer("welcome", "fallback", "answer/en/q-3"),
        make_question_answer("welcome", "error"),
    ]
    report = build_question_report(answers, answer="answer", seconds=2, gpu_calls=1)
    assert (report.requests, report.hits, report.routed, report.wrong) == (8, 4, 3, 2)
    assert (report.clarified, report.misses, report.fallbacks, report.errors) == (1, 1, 1, 1)
    assert (report.requests_per_second, report.gpu_calls) == (4.0, 1)
    assert report.latency_ms["p50"] == 10.0
