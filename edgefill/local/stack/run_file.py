"""The run file: the addresses of the running stack, for the commands that use it."""

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
    """URLs and names of one running stack.

    `pid` is the supervisor's process id; `parts` has the process id of each process by name.
    """

    pid: int
    cdn: str
    s3_endpoint: str
    bucket: str
    table: str
    queue_url: str
    gpu_url: str
    api_url: str
    shop_url: str
    control: str  # URL of the CDN's control port: clock, faults and invalidations
    parts: dict[str, int] = field(default_factory=dict)

    def write(self, state: Path) -> None:
        """Write the run file into the folder `state`."""
        (state / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n")


def create_state_folder(state: Path) -> None:
    """Create the folder `state` so that only its owner can use it; InputRefused on failure."""
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputRefused(
            f"--state {state}: {error.strerror}; name a folder that you can write to"
        ) from error


def read_run_file(state: Path = STATE) -> RunFile:
    """The run file of the running stack; InputRefused when no stack runs."""
    run_file = find_run_file(state)
    if run_file is None:
        raise InputRefused(f"no stack runs in {state.resolve()}; start one with `edgefill up`")
    return run_file


def find_run_file(state: Path) -> RunFile | None:
    """The run file of the running stack; None without a readable file or a live supervisor."""
    try:
        run_file = RunFile(**json.loads((state / FILE).read_text()))
        os.kill(run_file.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return run_file


def remove_run_file(state: Path) -> None:
    """Remove the run file from the folder `state`, if it is there."""
    (state / FILE).unlink(missing_ok=True)
