"""Processes are really killed and stopped, with their whole group."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgefill.local.chaos.faults.fault import FaultFailed, wait_until
from edgefill.local.chaos.faults.processes import KillProcess, StopProcess

WAIT = (sys.executable, "-c", "print('runs', flush=True); import time; time.sleep(3600)")


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(WAIT, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        yield process
        process.kill()


def wait_for_state(pid: int, state: str) -> bool:
    """Whether /proc comes to show that state of the process."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == state:
            return True
        time.sleep(0.01)
    return False


def test_a_killed_process_is_mended_when_another_serves(process: subprocess.Popen[bytes]) -> None:
    """The supervisor does that; the fault waits for it."""
    pids = {"api": process.pid}
    asked: list[str] = []

    def is_ready(name: str) -> bool:
        asked.append(name)
        return len(asked) > 1

    fault = KillProcess(name="kill-api", part="api", list_pids=lambda: pids, is_ready=is_ready)
    fault.inject()
    assert process.wait(60) == -9
    pids["api"] = process.pid + 1
    fault.mend()
    assert asked == ["api", "api"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_stopped_process_goes_on_after_mending(process: subprocess.Popen[bytes]) -> None:
    """T is stopped, S sleeps (proc(5))."""
    fault = StopProcess(name="stop-api", part="api", list_pids=lambda: {"api": process.pid})
    fault.inject()
    assert wait_for_state(process.pid, "T")
    fault.mend()
    assert wait_for_state(process.pid, "S")


def test_waiting_in_vain_is_an_error() -> None:
    """It says what did not happen."""
    with pytest.raises(FaultFailed, match="api is restarted: not within 0 s"):
        wait_until(lambda: False, "api is restarted", 0)
