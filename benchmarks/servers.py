"""Run the two servers that benchmarks compare: our service on engine `vllm`, and vLLM's own.

Both run on this interpreter, with the model and the vLLM arguments that `EDGEFILL_GPU_*` name
(gpu_service/engines/vllm/start.py makes them), so only the server differs.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu_service.engines.vllm.start import build_engine_args, build_environment, is_cpu_build
from gpu_service.settings import PREFIX, GpuServiceSettings, read_settings

READY_S = 600.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkServer:
    """A server that is ready; `pid` is that of the process that speaks HTTP, not the engine's."""

    name: str
    url: str
    pid: int

    def read_cpu_s(self) -> float:
        """The CPU seconds of its process (proc_pid_stat(5), utime and stime)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def read_vllm_settings() -> GpuServiceSettings:
    """The settings in the environment, with engine `vllm`."""
    return read_settings({**os.environ, f"{PREFIX}ENGINE": "vllm"})


@contextmanager
def run_our_server(settings: GpuServiceSettings) -> Iterator[BenchmarkServer]:
    """Run `python -m gpu_service`."""
    port = _find_free_port()
    variables = {f"{PREFIX}ENGINE": "vllm", f"{PREFIX}PORT": str(port)}
    variables[f"{PREFIX}MODEL_NAME"] = settings.name
    with _run_process("ours", ["gpu_service"], variables, port, "/ready") as server:
        yield server


@contextmanager
def run_vllm_server(settings: GpuServiceSettings) -> Iterator[BenchmarkServer]:
    """Run `python -m vllm.entrypoints.openai.api_server`."""
    port, cpu = _find_free_port(), is_cpu_build()
    options = {"served_model_name": settings.name, "host": "127.0.0.1", "port": port}
    words = _format_options(build_engine_args(settings, (), cpu=cpu) | options)
    module = ["vllm.entrypoints.openai.api_server", *words]
    with _run_process(
        "vLLM's", module, build_environment(settings, cpu=cpu), port, "/health"
    ) as server:
        yield server


def _format_options(engine_args: Mapping[str, Any]) -> list[str]:
    """Keywords of EngineArgs as options of the command line."""
    words = []
    for name, value in engine_args.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option.removeprefix('--')}")
        else:
            words += [option, json.dumps(value) if isinstance(value, dict) else str(value)]
    return words


@contextmanager
def _run_process(
    name: str, module: list[str], variables: Mapping[str, str], port: int, ready: str
) -> Iterator[BenchmarkServer]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, url + ready)
        yield BenchmarkServer(name=name, url=url, pid=process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).read()
            return
        time.sleep(0.2)
    raise SystemExit(f"{url}: the server does not answer (exit status {process.poll()})")


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
