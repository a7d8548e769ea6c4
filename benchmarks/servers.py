"""The two servers that benchmarks compare: our service on engine `vllm`, and vLLM's own.

Both run in this interpreter on the model and with the arguments that `EDGEFILL_GPU_*` name
(gpu_service/engines/vllm/start.py makes them), so nothing but the server differs.
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
class Server:
    """A server that is ready; `pid` is the process that speaks HTTP, not the engine's."""

    name: str
    url: str
    pid: int

    def cpu_s(self) -> float:
        """Seconds that its process has computed (proc_pid_stat(5), utime and stime)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def settings_here() -> GpuServiceSettings:
    """Engine `vllm`, as the environment says otherwise."""
    return read_settings({**os.environ, f"{PREFIX}ENGINE": "vllm"})


@contextmanager
def ours(settings: GpuServiceSettings) -> Iterator[Server]:
    """`python -m gpu_service`."""
    port = _free_port()
    given = {f"{PREFIX}ENGINE": "vllm", f"{PREFIX}PORT": str(port)}
    given[f"{PREFIX}MODEL_NAME"] = settings.name
    with _process("ours", ["gpu_service"], given, port, "/ready") as server:
        yield server


@contextmanager
def theirs(settings: GpuServiceSettings) -> Iterator[Server]:
    """`python -m vllm.entrypoints.openai.api_server`."""
    port, cpu = _free_port(), is_cpu_build()
    options = {"served_model_name": settings.name, "host": "127.0.0.1", "port": port}
    words = _words(build_engine_args(settings, (), cpu=cpu) | options)
    module = ["vllm.entrypoints.openai.api_server", *words]
    with _process(
        "vLLM's", module, build_environment(settings, cpu=cpu), port, "/health"
    ) as server:
        yield server


def _words(given: Mapping[str, Any]) -> list[str]:
    """Arguments of EngineArgs as the command line's options."""
    words = []
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option.removeprefix('--')}")
        else:
            words += [option, json.dumps(value) if isinstance(value, dict) else str(value)]
    return words


@contextmanager
def _process(
    name: str, module: list[str], given: Mapping[str, str], port: int, ready: str
) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        env={**os.environ, **given},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(process, url + ready)
        yield Server(name=name, url=url, pid=process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).read()
            return
        time.sleep(0.2)
    raise SystemExit(f"{url}: nothing answers (exit status {process.poll()})")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
