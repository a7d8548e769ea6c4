"""Time a whole visit at the edge: event in, filled response out, all objects cached.

    python -m benchmarks.edge [--json] [--check] [--rounds N]

As in Lambda, each call parses its event from JSON and serialises its response. Every call verifies
its token anew: no signature is remembered. `floor` is an empty handler that returns the request;
`pow` is the modular exponentiation of an RS256 check, `verify` the whole check. Cases take turns
call by call, so that a busy machine slows all of them, and only ratios of medians are judged;
microseconds are printed. A stage's share comes from the response's own Server-Timing. `--check`
exits 1 if a ratio is above its bar.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.command import run
from benchmarks.edge_workload import EdgeWorkload, Page, build_edge_workload
from benchmarks.machine import describe_machine, list_versions
from edgefill.identity.base64url import decode
from edgefill.identity.rsa import parse_rsa_jwk
from edgefill.local.services.identity import SigningAlgorithm
from lambdas.edge.config import parse_config
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.handler import create_handler

# Ratios of medians, at most
BARS = {"wide HS256 / floor": 5.0, "wide RS256 / (floor + pow)": 1.6, "verify / pow": 1.25}
PAGES: tuple[Page, ...] = ("wide", "shop")
ALGORITHMS: tuple[SigningAlgorithm, ...] = ("HS256", "RS256")
WARM_UP_CALLS = 200
Call = Callable[[], Any]
Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def build_calls() -> dict[str, Call]:
    """Each case as a call, warm; a call of a page returns its response as JSON."""
    calls = {"floor": _bind(_return_request, build_edge_workload("wide", "HS256"))}
    for page in PAGES:
        for alg in ALGORITHMS:
            workload = build_edge_workload(page, alg)
            calls[f"{page} {alg}"] = _bind(_make_handler(workload), workload)
    calls |= _build_signature_calls(build_edge_workload("wide", "RS256"))
    for call in calls.values():
        for _ in range(WARM_UP_CALLS):
            call()
    return calls


def _bind(handle: Handler, workload: EdgeWorkload) -> Call:
    text = json.dumps(workload.event)
    return lambda: json.dumps(handle(json.loads(text), None))


def _return_request(event: dict[str, Any], _context: object) -> dict[str, Any]:
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    return request


def _make_handler(workload: EdgeWorkload) -> Handler:
    def fetch(path: str, _etag: str | None, /) -> StoreResponse:
        return StoreResponse(status=200, body=workload.objects[path])

    handle = create_handler(parse_config(workload.config), fetch=fetch)
    response = handle(workload.event, None)
    assert response["status"] == "200", response
    assert "Ada" in response["body"]
    return handle


def _build_signature_calls(workload: EdgeWorkload) -> dict[str, Call]:
    """The RS256 check of the workload's token, and the exponentiation in it."""
    cookie = workload.event["Records"][0]["cf"]["request"]["headers"]["cookie"][0]["value"]
    token = cookie.partition("edgefill_profile=")[2].partition(";")[0]
    message, _, part = token.rpartition(".")
    key = parse_rsa_jwk(workload.config["jwks"]["keys"][0])
    signature = decode(part)
    number = int.from_bytes(signature, "big")
    assert key.verify(message.encode(), signature)
    return {
        "pow": lambda: pow(number, key.exponent, key.modulus),
        "verify": lambda: key.verify(message.encode(), signature),
    }


def measure_cases(calls: dict[str, Call], rounds: int) -> dict[str, dict[str, Any]]:
    """Microseconds per case: median and 99th percentile, and each stage's share of the median."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    stages: dict[str, list[dict[str, float]]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter_ns()
            result = call()
            times[name].append((time.perf_counter_ns() - start) / 1000)
            stages[name].append(_read_stages(result) if isinstance(result, str) else {})
    return {name: _summarize(times[name], stages[name]) for name in calls}


def _read_stages(response: str) -> dict[str, float]:
    """Microseconds by stage, from the response's Server-Timing header."""
    lines = json.loads(response)["headers"].get("server-timing", [])
    laps = [lap.split(";dur=") for line in lines for lap in line["value"].split(", ")]
    return {stage: float(ms) * 1000 for stage, ms in laps}


def _summarize(times: list[float], stages: list[dict[str, float]]) -> dict[str, Any]:
    p50 = statistics.median(times)
    medians = {name: statistics.median([lap[name] for lap in stages]) for name in stages[0]}
    shares = {name: round(median / p50, 3) for name, median in medians.items()}
    if shares:
        shares["JSON, event and response"] = round(1 - sum(shares.values()), 3)
    p99 = statistics.quantiles(times, n=100)[98]
    return {"p50_us": round(p50, 1), "p99_us": round(p99, 1), "share": shares}


def measure_ratios(cases: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The ratios that BARS judges."""
    p50 = {name: case["p50_us"] for name, case in cases.items()}
    ratios = {
        "wide HS256 / floor": p50["wide HS256"] / p50["floor"],
        "wide RS256 / (floor + pow)": p50["wide RS256"] / (p50["floor"] + p50["pow"]),
        "verify / pow": p50["verify"] / p50["pow"],
    }
    return {name: round(ratio, 2) for name, ratio in ratios.items()}


def measure(rounds: int) -> dict[str, Any]:
    """The cases, the ratios and their bars, the machine and the versions."""
    cases = measure_cases(build_calls(), rounds)
    return {
        "cases": cases,
        "ratios": measure_ratios(cases),
        "bars": BARS,
        "key": "RSA 2048 bit, e = 65537",
        "rounds": rounds,
        "machine": describe_machine(),
        "versions": list_versions(),
    }


def list_misses(figures: dict[str, Any]) -> list[str]:
    """One sentence per ratio that is above its bar."""
    return [
        f"{name} is {figures['ratios'][name]}, bar {bar}"
        for name, bar in figures["bars"].items()
        if figures["ratios"][name] > bar
    ]


def print_figures(figures: dict[str, Any]) -> None:
    """The ratios with their bars, then microseconds, for people to read."""
    for name, ratio in figures["ratios"].items():
        print(f"{name}: {ratio} (bar {figures['bars'][name]})")
    for name, case in figures["cases"].items():
        print(f"{name}: {case['p50_us']} us at the median, {case['p99_us']} us at the 99th")
        if case["share"]:
            print("   " + ", ".join(f"{stage} {part:.0%}" for stage, part in case["share"].items()))
    print(f"{figures['key']}; {figures['rounds']} rounds")
    print(f"{figures['machine']}; {figures['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(
            __doc__,
            measure=measure,
            print_figures=print_figures,
            list_misses=list_misses,
            rounds=3000,
        )
    )
