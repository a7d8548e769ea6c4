"""A cold start of the GPU service: where the seconds go until it writes.

    python -m benchmarks.gpu_start [--json] [--rounds N]

Each round starts `python -m gpu_service` anew, once for every way below, and polls it: /health
answers when the interpreter, the imports and the socket stand; /ready when the engine has gone
through its stages and written once; then one answer is timed. Medians of the rounds. `onnx` is the
embedded engine; the others need vLLM, in this interpreter's environment or in the one that `make
setup-vllm` made beside it. `compiled` starts with an empty compile cache
(EDGEFILL_GPU_VLLM_CACHE), `compiled, kept` with the one that it left. The operating system's file
cache is warm after the first round.
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
from benchmarks.machine import machine, versions

ORDER = {"prompt": "Say hello", "slots": [], "format": "text", "max_tokens": 16}
LIMIT_S = 600.0
Found = dict[str, float]


def report(rounds: int) -> dict[str, Any]:
    """Seconds of each stage of each way."""
    every: dict[str, list[Found]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for name, (python, environment) in _ways(cache).items():
                every.setdefault(name, []).append(_start(python, environment))
    medians = {
        name: {
            stage: round(statistics.median(one[stage] for one in found), 2) for stage in found[0]
        }
        for name, found in every.items()
    }
    return {"ways": medians, "rounds": rounds, "machine": machine(),
            "versions": versions("onnxruntime-genai") | _vllm_version()}  # fmt: skip


def _ways(cache: str) -> dict[str, tuple[Path, dict[str, str]]]:
    """The interpreter and the settings of each way, in the order that they are started."""
    ours, vllm = Path(sys.executable), _vllm_python()
    ways = {"onnx": (ours, {"EDGEFILL_GPU_ENGINE": "onnx"})}
    if vllm is None:
        print("vLLM is not installed: run `make setup-vllm` first", file=sys.stderr)
        return ways
    on = {"EDGEFILL_GPU_ENGINE": "vllm"}
    eager = {**on, "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "1"}
    compiled = {**on, "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "0", "EDGEFILL_GPU_VLLM_CACHE": cache}
    return ways | {
        "vllm, eager": (vllm, eager),
        "vllm, compiled": (vllm, compiled),
        "vllm, compiled, kept": (vllm, compiled),
    }


def _vllm_python() -> Path | None:
    prefix = Path(sys.prefix)
    places = (prefix, prefix.with_name(f"{prefix.name}-vllm"))
    found = (place / "bin" / "python" for place in places if list(place.glob("lib/*/*/vllm")))
    return next(found, None)


def _vllm_version() -> dict[str, str]:
    python = _vllm_python()
    found = python.parents[1].glob("lib/*/*/vllm*.dist-info") if python else ()
    return dict(folder.name.removesuffix(".dist-info").split("-") for folder in found)


def _start(python: Path, environment: dict[str, str]) -> Found:
    """The stages of one start, in seconds from the process's own start."""
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
        _answer(process, f"{url}/health")
        healthy = time.perf_counter() - began
        stages = _answer(process, f"{url}/ready")["started_s"]
        ready = time.perf_counter() - began
        _answer(process, f"{url}/v1/templates", json.dumps(ORDER).encode())
        first = time.perf_counter() - began - ready
    finally:
        process.terminate()
        process.wait(timeout=60)
    rest = ready - healthy - sum(stages.values())
    return {"to /health": healthy, **stages, "the service's own warm-up": max(rest, 0.0),
            "to /ready": ready, "first answer": first}  # fmt: skip


def _answer(process: subprocess.Popen[bytes], url: str, body: bytes | None = None) -> Any:
    """The first answer with status 200."""
    asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    end = time.perf_counter() + LIMIT_S
    while time.perf_counter() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit(f"{url}: the service did not answer (exit status {process.poll()})")


def _print(found: dict[str, Any]) -> None:
    ways = found["ways"]
    longest_first = sorted(ways.values(), key=len, reverse=True)
    stages = list(dict.fromkeys(stage for way in longest_first for stage in way))
    last = ["the service's own warm-up", "to /ready", "first answer"]
    stages = [stage for stage in stages if stage not in last] + last
    print("seconds".ljust(28) + "".join(name.rjust(22) for name in ways))
    for stage in stages:
        row = (str(way.get(stage, "")).rjust(22) for way in ways.values())
        print(stage.ljust(28) + "".join(row))
    print(f"{found['rounds']} rounds; {found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=lambda _: [], rounds=1))
