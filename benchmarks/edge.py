"""A whole visit at the edge: event in, filled response out, everything on the shelf.

    python -m benchmarks.edge [--json] [--check] [--rounds N]

Every call verifies its token anew: no signature is remembered. Cases take turns call by call, so
that a busy machine slows all alike. `floor` is a handler that returns the request untouched; a
stage's share comes from the response's own Server-Timing. `--check` exits 1 on a missed bar.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.command import run
from benchmarks.machine import machine, versions
from benchmarks.scene import Page, Scene, scene
from edgefill.local.services.identity import SigningAlgorithm
from lambdas.edge.config import parse_config
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.handler import create_handler

BARS = {"HS256": 60.0, "RS256": 300.0}  # microseconds at the median, at most, of `wide`
PAGES: tuple[Page, ...] = ("wide", "shop")
ALGORITHMS: tuple[SigningAlgorithm, ...] = ("HS256", "RS256")
Call = Callable[[], dict[str, Any]]


def visits() -> dict[str, Call]:
    """Each case as a call, warm."""
    calls: dict[str, Call] = {"floor": _floor(scene("wide", "HS256"))}
    for page in PAGES:
        for alg in ALGORITHMS:
            calls[f"{page} {alg}"] = call = _visit(scene(page, alg))
            for _ in range(200):
                call()
    return calls


def _visit(stage: Scene) -> Call:
    def fetch(path: str, _etag: str | None, /) -> StoreResponse:
        return StoreResponse(status=200, body=stage.objects[path])

    handle = create_handler(parse_config(stage.config), fetch=fetch)
    response = handle(stage.event, None)
    assert response["status"] == "200", response
    assert "Ada" in response["body"]
    return lambda: handle(stage.event, None)


def _floor(stage: Scene) -> Call:
    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        request: dict[str, Any] = event["Records"][0]["cf"]["request"]
        return request

    return lambda: handle(stage.event, None)


def measure(calls: dict[str, Call], rounds: int) -> dict[str, dict[str, Any]]:
    """Microseconds of each case: median, 99th percentile, and the median of each stage."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    stages: dict[str, list[dict[str, float]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter_ns()
            response = call()
            taken[name].append((time.perf_counter_ns() - start) / 1000)
            stages[name].append(_stages(response))
    return {name: _figures(taken[name], stages[name]) for name in calls}


def _stages(response: dict[str, Any]) -> dict[str, float]:
    """Microseconds by stage, as the response itself tells them."""
    lines = response["headers"].get("server-timing", [])
    laps = [lap.split(";dur=") for line in lines for lap in line["value"].split(", ")]
    return {stage: float(ms) * 1000 for stage, ms in laps}


def _figures(taken: list[float], stages: list[dict[str, float]]) -> dict[str, Any]:
    p50 = statistics.median(taken)
    medians = {name: statistics.median([lap[name] for lap in stages]) for name in stages[0]}
    shares = {name: round(median / p50, 3) for name, median in medians.items()}
    if shares:
        shares["event and response"] = round(1 - sum(shares.values()), 3)
    p99 = statistics.quantiles(taken, n=100)[98]
    return {"p50_us": round(p50, 1), "p99_us": round(p99, 1), "share": shares}


def report(rounds: int) -> dict[str, Any]:
    """The cases, the bars, and where and with what they were measured."""
    return {
        "cases": measure(visits(), rounds),
        "bars_p50_us": {f"wide {alg}": bar for alg, bar in BARS.items()},
        "key": "RSA 2048 bit, e = 65537",
        "rounds": rounds,
        "machine": machine(),
        "versions": versions(),
    }


def missed(found: dict[str, Any]) -> list[str]:
    """One sentence for each bar that is missed."""
    return [
        f"{name}: {found['cases'][name]['p50_us']} us at the median, bar {bar}"
        for name, bar in found["bars_p50_us"].items()
        if found["cases"][name]["p50_us"] > bar
    ]


def _print(found: dict[str, Any]) -> None:
    for name, case in found["cases"].items():
        print(f"{name}: {case['p50_us']} us at the median, {case['p99_us']} us at the 99th")
        if case["share"]:
            print("   " + ", ".join(f"{stage} {part:.0%}" for stage, part in case["share"].items()))
    print(f"{found['key']}; {found['rounds']} rounds; {found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=missed, rounds=3000))
