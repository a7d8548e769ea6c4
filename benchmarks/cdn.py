"""Cached answers of the local CDN: requests a second and latency, by wrk over loopback.

    python -m benchmarks.cdn [--json] [--check] [--rounds N]

A distribution of one behaviour and one origin is served by `python -m cloudfront_emulator`, held to
one core where the system can; wrk has the others. The object is in the cache before the first
round; a round is five seconds of 16 connections, and the median round is printed. `fetched` is the
same body straight from the origin, which shows what the machine can do with this client.
`--check` exits 1 on a missed bar. wrk is Debian's package of that name.
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


def report(rounds: int) -> dict[str, Any]:
    """Medians of `rounds`, the bars, and where and with what they were measured."""
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.cdn: wrk is not installed; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "distribution.template.json"
        template.write_text(json.dumps(_template()))
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
            _process("-c", _ORIGIN, origin.rpartition(":")[2], str(BODY_BYTES), url=origin),
            _process(*serve, "--port", cdn.rpartition(":")[2], url=cdn, core=0) as pinned,
        ):
            cached = [_wrk(f"{cdn}/page") for _ in range(rounds)]
            fetched = _wrk(f"{origin}/page")
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


def _template() -> dict[str, Any]:
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
def _process(*arguments: str, url: str, core: int | None = None) -> Iterator[bool]:
    """A Python process that answers at `url`; whether it is held to the one core."""
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        _until_answers(f"{url}/page", process)
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


def _until_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).read()
            return
        time.sleep(0.1)
    sys.exit(f"benchmarks.cdn: nothing answers at {url}")


def _wrk(url: str) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    assert rate is not None, said
    assert p99 is not None, said
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return {
        "requests_per_s": float(rate[1]),
        "p99_ms": float(p99[1]) * _UNIT_MS[p99[2]],
        "errors": float(wrong[1]) if wrong else 0,
    }


def missed(found: dict[str, Any]) -> list[str]:
    """One sentence for each bar that is missed."""
    late = []
    if found["requests_per_s"] < BARS["requests_per_s"]:
        late.append(f"{found['requests_per_s']} requests/s, bar {BARS['requests_per_s']}")
    if found["p99_ms"] > BARS["p99_ms"]:
        late.append(f"p99 is {found['p99_ms']} ms, bar {BARS['p99_ms']}")
    if found["errors"]:
        late.append(f"{found['errors']:.0f} answers were errors")
    return late


def _print(found: dict[str, Any]) -> None:
    held = "held to one core" if found["one_core"] else "not held to one core"
    print(
        f"cached: {found['requests_per_s']:.0f} requests/s, p99 {found['p99_ms']:.2f} ms"
        f" ({held}; {found['body_bytes']} bytes, {found['connections']} connections)"
    )
    print(f"the bare origin, uvicorn too: {found['fetched_per_s']:.0f} requests/s")
    print(f"{found['rounds']} rounds; {found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, print_figures=_print, list_misses=missed, rounds=3))
