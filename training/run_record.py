"""What a training run took and the machine it ran on, stored next to the model for its card."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = "training.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecord:
    """One finished run; the fields are the members of the file."""

    parameters: int
    steps: int
    seconds: float
    # through the model: the first worker's count times the number of workers
    tokens: int
    # tokens of answers, which count in the loss
    learnt: int
    # at the end, in nats per token: on training examples, on held-out ones
    loss: tuple[float, float]
    # the machine's one-minute load average at the end
    load: float
    machine: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write FILE into the model's folder."""
        text = json.dumps(asdict(self), indent=2)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """The members that `TrainingRecord.write` wrote."""
    record: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return record


def describe_machine(*packages: str) -> dict[str, str]:
    """The processor, its number of cores and the versions of Python and of `packages`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _read_processor(),
        "cores": str(cores),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def _read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
