"""The run file: where each part of the running stack is."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from edgefill.core.errors import InputRefused

STATE = Path(".edgefill")
FILE = "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """URLs and names of one running stack; `pid` is its supervisor's, `parts` name -> pid."""

    pid: int
    cdn: str
    s3_endpoint: str
    bucket: str
    table: str
    queue_url: str
    gpu_url: str
    api_url: str
    shop_url: str
    control: str  # the CDN's clock, faults and invalidations
    parts: dict[str, int] = field(default_factory=dict)

    def write(self, state: Path) -> None:
        """Say under `state` that this stack runs."""
        (state / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n")


def create_state_folder(state: Path) -> None:
    """Make the folder `state`, for its owner alone; InputRefused when it cannot be one."""
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputRefused(
            f"--state {state}: {error.strerror}; name a folder that can be written"
        ) from error


def read_run_file(state: Path = STATE) -> RunFile:
    """The running stack; InputRefused when none runs."""
    run_file = find_run_file(state)
    if run_file is None:
        raise InputRefused(f"no stack runs in {state.resolve()}; start one with `edgefill up`")
    return run_file


def find_run_file(state: Path) -> RunFile | None:
    """The running stack; None when there is none, or its supervisor has died."""
    try:
        run_file = RunFile(**json.loads((state / FILE).read_text()))
        os.kill(run_file.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return run_file


def remove_run_file(state: Path) -> None:
    """Say under `state` that nothing runs."""
    (state / FILE).unlink(missing_ok=True)
