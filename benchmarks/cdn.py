"""Measure cached answers of the CloudFront emulator by wrk: requests per second and latency.

    python -m benchmarks.cdn [--json] [--check] [--rounds N]

`python -m cloudfront_emulator` serves a distribution of one behaviour and one origin, pinned to one
core where the system allows; wrk has the others. The object is in the cache before the first round;
a round is five seconds of 16 connections, then five straight to the origin, a bare uvicorn, which
shows what the machine can do with this client. Medians of the rounds are printed. `--check` exits 1
if the ratio to it misses a bar. wrk is Debian's package of that name.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.command import run
from benchmarks.machine import describe_machine, list_versions
from edgefill.local.stack.ports import HOST, find_free_port

# Multiples of the bare origin's figures in the same run: at least, at most
BARS = {"requests_per_s": 0.2, "p99_ms": 4.0}
BODY_BYTES = 8192
SECONDS = 5
CONNECTIONS = 16
_ORIGIN = """
import sys
import uvicorn
BODY = b"x" * int(sys.argv[2])
HEADERS = [(b"content-type", b"text/html"), (b"cache-control", b"max-age=3600"),
           (b"content-length", sys.argv[2].encode())]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", lifespan="off", access_log=False)
"""
_UNIT_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def measure(rounds: int) -> dict[str, Any]:
    """Medians of `rounds`, the bars, the machine and the versions."""
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.cdn: wrk is not installed; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "distribution.template.json"
        template.write_text(json.dumps(_build_template()))
        origin, cdn = (f"http://{HOST}:{find_free_port()}" for _ in range(2))
        serve = (
            "-m",
            "cloudfront_emulator",
            "--template",
            str(template),
            "--map",
            f"Origin={origin}",
        )
        with (
            _run_process("-c", _ORIGIN, origin.rpartition(":")[2], str(BODY_BYTES), url=origin),
            _run_process(*serve, "--port", cdn.rpartition(":")[2], url=cdn, core=0) as pinned,
        ):
            _run_wrk(f"{cdn}/page", seconds=1)
            pairs = [(_run_wrk(f"{cdn}/page"), _run_wrk(f"{origin}/page")) for _ in range(rounds)]
    cached, bare = zip(*pairs, strict=True)
    return {
        **{name: statistics.median(each[name] for each in cached) for name in BARS},
        "errors": sum(each["errors"] for each in cached),
        "origin": {name: statistics.median(each[name] for each in bare) for name in BARS},
        "one_core": pinned,
        "body_bytes": BODY_BYTES,
        "connections": CONNECTIONS,
        "rounds": rounds,
        "bars": BARS,
        "machine": describe_machine(),
        "versions": list_versions("uvicorn", "httptools", "uvloop"),
    }


def _build_template() -> dict[str, Any]:
    behaviour = {
        "TargetOriginId": "Origin",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # Managed-CachingOptimized
    }
    origin = {
        "Id": "Origin",
        "DomainName": "origin.example",
        "CustomOriginConfig": {"OriginProtocolPolicy": "http-only"},
    }
    config = {"Enabled": True, "DefaultCacheBehavior": behaviour, "Origins": [origin]}
    cdn = {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}
    return {"Resources": {"Cdn": cdn}}


@contextmanager
def _run_process(*arguments: str, url: str, core: int | None = None) -> Iterator[bool]:
    """A Python process that answers at `url`; yields whether it is pinned to the core."""
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        _wait_until_answers(f"{url}/page", process)
        pinned = core is not None and _pin_to_core(process.pid, core)
        yield pinned
    finally:
        process.terminate()
        process.wait(timeout=10)


def _pin_to_core(pid: int, core: int) -> bool:
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) == 1:
        return False
    os.sched_setaffinity(pid, {sorted(os.sched_getaffinity(0))[core]})
    return True


def _wait_until_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).read()
            return
        time.sleep(0.1)
    sys.exit(f"benchmarks.cdn: nothing answers at {url}")


def _run_wrk(url: str, *, seconds: int = SECONDS) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", output)
    assert rate is not None, output
    assert p99 is not None, output
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return {
        "requests_per_s": float(rate[1]),
        "p99_ms": float(p99[1]) * _UNIT_MS[p99[2]],
        "errors": float(wrong[1]) if wrong else 0,
    }


def list_misses(figures: dict[str, Any]) -> list[str]:
    """One sentence per bar that is missed."""
    misses, ratios = [], _compute_ratios(figures)
    if ratios["requests_per_s"] < BARS["requests_per_s"]:
        rate, bar = ratios["requests_per_s"], BARS["requests_per_s"]
        misses.append(f"{rate} of the bare origin's requests/s, bar {bar}")
    if ratios["p99_ms"] > BARS["p99_ms"]:
        misses.append(f"p99 is {ratios['p99_ms']} of the bare origin's, bar {BARS['p99_ms']}")
    if figures["errors"]:
        misses.append(f"{figures['errors']:.0f} answers were errors")
    return misses


def _compute_ratios(figures: dict[str, Any]) -> dict[str, float]:
    return {name: round(figures[name] / figures["origin"][name], 2) for name in BARS}


def _print_figures(figures: dict[str, Any]) -> None:
    pinned = "pinned to one core" if figures["one_core"] else "not pinned to one core"
    print(
        f"cached: {figures['requests_per_s']:.0f} requests/s, p99 {figures['p99_ms']:.2f} ms"
        f" ({pinned}; {figures['body_bytes']} bytes, {figures['connections']} connections)"
    )
    origin, ratios = figures["origin"], _compute_ratios(figures)
    print(f"bare origin: {origin['requests_per_s']:.0f} requests/s, p99 {origin['p99_ms']:.2f} ms")
    print(f"ratios: {ratios['requests_per_s']} and {ratios['p99_ms']} (bars {BARS})")
    print(f"{figures['rounds']} rounds; {figures['machine']}; {figures['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(
            __doc__,
            measure=measure,
            print_figures=_print_figures,
            list_misses=list_misses,
            rounds=3,
        )
    )
