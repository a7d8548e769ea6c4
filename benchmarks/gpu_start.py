"""Measure a cold start of the GPU service: the seconds of each stage until the first text.

    python -m benchmarks.gpu_start [--json] [--rounds N]

Each round starts `python -m gpu_service` once per configuration and polls it. /health answers when
the interpreter, the imports and the socket are ready, /ready when the engine has passed its stages
and generated a first text; then one answer is timed. The figures are medians of the rounds. `onnx`
is the embedded engine. The others need vLLM, in this interpreter's environment or in the one of
`make setup-vllm` next to it. `compiled` starts with an empty compile cache
(EDGEFILL_GPU_VLLM_CACHE), `compiled, kept` with the cache that `compiled` left. After the first
round the operating system's file cache is warm.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.command import run
from benchmarks.machine import describe_machine, list_versions

ORDER = {"prompt": "Say hello", "slots": [], "format": "text", "max_tokens": 16}
LIMIT_S = 600.0
Seconds = dict[str, float]


def measure(rounds: int) -> dict[str, Any]:
    """The seconds of each stage of each configuration."""
    every: dict[str, list[Seconds]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for name, (python, environment) in _list_configurations(cache).items():
                every.setdefault(name, []).append(_measure_start(python, environment))
    medians = {
        name: {
            stage: round(statistics.median(one[stage] for one in starts), 2) for stage in starts[0]
        }
        for name, starts in every.items()
    }
    return {"ways": medians, "rounds": rounds, "machine": describe_machine(),
            "versions": list_versions("onnxruntime-genai") | _read_vllm_version()}  # fmt: skip


def _list_configurations(cache: str) -> dict[str, tuple[Path, dict[str, str]]]:
    """The interpreter and the settings of each configuration, in the order of their starts."""
    ours, vllm = Path(sys.executable), _find_vllm_python()
    ways = {"onnx": (ours, {"EDGEFILL_GPU_ENGINE": "onnx"})}
    if vllm is None:
        print(
            "vLLM is not installed, only onnx is measured; run `make setup-vllm` first",
            file=sys.stderr,
        )
        return ways
    on = {"EDGEFILL_GPU_ENGINE": "vllm"}
    eager = {**on, "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "1"}
    compiled = {**on, "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "0", "EDGEFILL_GPU_VLLM_CACHE": cache}
    return ways | {
        "vllm, eager": (vllm, eager),
        "vllm, compiled": (vllm, compiled),
        "vllm, compiled, kept": (vllm, compiled),
    }


def _find_vllm_python() -> Path | None:
    prefix = Path(sys.prefix)
    places = (prefix, prefix.with_name(f"{prefix.name}-vllm"))
    pythons = (place / "bin" / "python" for place in places if list(place.glob("lib/*/*/vllm")))
    return next(pythons, None)


def _read_vllm_version() -> dict[str, str]:
    python = _find_vllm_python()
    folders = python.parents[1].glob("lib/*/*/vllm*.dist-info") if python else ()
    return dict(folder.name.removesuffix(".dist-info").split("-") for folder in folders)


def _measure_start(python: Path, environment: dict[str, str]) -> Seconds:
    """The seconds of the stages of one start; `to ...` count from the start of the process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    began = time.perf_counter()
    process = subprocess.Popen(
        [python, "-m", "gpu_service"],
        env={**os.environ, **environment, "EDGEFILL_GPU_PORT": port},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _request_until_ok(process, f"{url}/health")
        healthy = time.perf_counter() - began
        stages = _request_until_ok(process, f"{url}/ready")["started_s"]
        ready = time.perf_counter() - began
        _request_until_ok(process, f"{url}/v1/templates", json.dumps(ORDER).encode())
        first = time.perf_counter() - began - ready
    finally:
        process.terminate()
        process.wait(timeout=60)
    rest = ready - healthy - sum(stages.values())
    return {"to /health": healthy, **stages, "the service's own warm-up": max(rest, 0.0),
            "to /ready": ready, "first answer": first}  # fmt: skip


def _request_until_ok(process: subprocess.Popen[bytes], url: str, body: bytes | None = None) -> Any:
    """Repeat the request until it is answered with status 200; the answer's JSON."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    end = time.perf_counter() + LIMIT_S
    while time.perf_counter() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit(f"{url}: the service did not answer (exit status {process.poll()})")


def _print(report: dict[str, Any]) -> None:
    ways = report["ways"]
    longest_first = sorted(ways.values(), key=len, reverse=True)
    stages = list(dict.fromkeys(stage for way in longest_first for stage in way))
    last = ["the service's own warm-up", "to /ready", "first answer"]
    stages = [stage for stage in stages if stage not in last] + last
    print("seconds".ljust(28) + "".join(name.rjust(22) for name in ways))
    for stage in stages:
        row = (str(way.get(stage, "")).rjust(22) for way in ways.values())
        print(stage.ljust(28) + "".join(row))
    print(f"{report['rounds']} rounds; {report['machine']}; {report['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(__doc__, measure=measure, print_figures=_print, list_misses=lambda _: [], rounds=1)
    )
