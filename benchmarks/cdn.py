"""Measures cached responses of cloudfront_emulator: requests per second and latency, with wrk.

    python -m benchmarks.cdn [--json] [--check] [--rounds N]

`python -m cloudfront_emulator` serves a distribution with one behaviour and one origin. It is
pinned to one core if the system allows it; wrk has the others. The object is cached before the
first round. A round is five seconds with 16 connections; the medians of the rounds are printed.
`fetched_per_s` is the same body directly from the origin: the limit of this machine and client.
`--check` exits 1 if a bar is missed. wrk is Debian's package of that name.
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

BARS = {"requests_per_s": 3000, "p99_ms": 15.0}
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


def measure_rounds(rounds: int) -> dict[str, Any]:
    """The medians of `rounds`, the bars, the machine and the versions."""
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.cdn: wrk is not installed; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "distribution.template.json"
        template.write_text(json.dumps(_make_template()))
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
            cached = [_run_wrk(f"{cdn}/page") for _ in range(rounds)]
            fetched = _run_wrk(f"{origin}/page")
    return {
        **{name: statistics.median(each[name] for each in cached) for name in BARS},
        "errors": sum(each["errors"] for each in cached),
        "fetched_per_s": fetched["requests_per_s"],
        "one_core": pinned,
        "body_bytes": BODY_BYTES,
        "connections": CONNECTIONS,
        "rounds": rounds,
        "bars": BARS,
        "machine": describe_machine(),
        "versions": list_versions("uvicorn", "httptools", "uvloop"),
    }


def _make_template() -> dict[str, Any]:
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
    """A Python process that answers at `url`; yields whether it is pinned to `core`."""
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        _wait_until_answering(f"{url}/page", process)
        pinned = core is not None and _pin(process.pid, core)
        yield pinned
    finally:
        process.terminate()
        process.wait(timeout=10)


def _pin(pid: int, core: int) -> bool:
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) == 1:
        return False
    os.sched_setaffinity(pid, {sorted(os.sched_getaffinity(0))[core]})
    return True


def _wait_until_answering(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).read()
            return
        time.sleep(0.1)
    sys.exit(f"benchmarks.cdn: nothing answers at {url}")


def _run_wrk(url: str) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", output)
    assert rate is not None, output
    assert p99 is not None, output
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return {
        "requests_per_s": float(rate[1]),
        "p99_ms": float(p99[1]) * _UNIT_MS[p99[2]],
        "errors": float(errors[1]) if errors else 0,
    }


def list_missed(results: dict[str, Any]) -> list[str]:
    """One sentence for each missed bar."""
    misses = []
    if results["requests_per_s"] < BARS["requests_per_s"]:
        misses.append(f"{results['requests_per_s']} requests/s, bar {BARS['requests_per_s']}")
    if results["p99_ms"] > BARS["p99_ms"]:
        misses.append(f"p99 is {results['p99_ms']} ms, bar {BARS['p99_ms']}")
    if results["errors"]:
        misses.append(f"{results['errors']:.0f} responses were errors")
    return misses


def _print(results: dict[str, Any]) -> None:
    pinned = "pinned to one core" if results["one_core"] else "not pinned to one core"
    print(
        f"cached: {results['requests_per_s']:.0f} requests/s, p99 {results['p99_ms']:.2f} ms"
        f" ({pinned}; {results['body_bytes']} bytes, {results['connections']} connections)"
    )
    print(f"the origin by itself, also uvicorn: {results['fetched_per_s']:.0f} requests/s")
    print(f"{results['rounds']} rounds; {results['machine']}; {results['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(
            __doc__,
            measure=measure_rounds,
            print_figures=_print,
            list_misses=list_missed,
            rounds=3,
        )
    )
