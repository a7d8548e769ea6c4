"""The report of `edgefill up --once`, as figures with bars."""

from __future__ import annotations

from benchmarks.words.traffic import StackRun, describe_stack

REPORT = {
    "requests": 2000, "hits": 1900, "misses": 60, "fallbacks": 40, "refused": 0, "errors": 0,
    "hit_ratio": 0.95, "seconds_to_first_answer": 95.0,
}  # fmt: skip


def test_the_report_is_compared_with_the_bars() -> None:
    run = StackRun(report=REPORT, problem="", peak_bytes=900_000_000)
    states = {each.name: each.state for each in describe_stack(run)}
    assert states == {
        "hit ratio": "met",
        "errors": "met",
        "seconds to the first answer": "missed",
        "peak memory of all processes together": "met",
    }


def test_a_stack_that_did_not_start_has_no_figures() -> None:
    run = StackRun(report=None, problem="exit status 1: no port", peak_bytes=None)
    figures = list(describe_stack(run))
    assert {each.state for each in figures} == {"not measured"}
    assert figures[0].note == "exit status 1: no port"
