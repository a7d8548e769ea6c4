"""`edgefill up` as a person runs it, with the tiny model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.local.stack.run_file import RunFile, find_run_file

MODEL = Path(os.environ.get("EDGEFILL_TEST_MODEL", "training/tiny_model/onnx"))
pytestmark = [
    pytest.mark.stack,
    pytest.mark.model,
    pytest.mark.skipif(
        not (MODEL / "genai_config.json").exists(),
        reason=f"no model in {MODEL}: train it, or name another in EDGEFILL_TEST_MODEL",
    ),
]


def up(state: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "edgefill.cli", "up", "--port", "0", "--state", str(state), *words],
        env={**os.environ, "EDGEFILL_GPU_MODEL": str(MODEL)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def once_running(state: Path, process: subprocess.Popen[str]) -> RunFile:
    """What the run file says as soon as it is there."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        if (running := find_run_file(state)) is not None:
            return running
        time.sleep(0.05)
    pytest.fail(f"the stack did not start: {process.communicate()[1]}")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_once_is_one_json_object_and_leaves_nothing_running(tmp_path: Path) -> None:
    """Start, draft, publish, send, report, stop: hits, healed misses, no errors, no processes."""
    with up(tmp_path, "--once", "--json", "--requests", "300", "--top", "40") as process:
        running = once_running(tmp_path, process)
        said, complaints = process.communicate(timeout=1200)
    assert process.returncode == 0, complaints
    done = json.loads(said)
    assert done["requests"] == 300
    assert done["errors"] == done["refused"] == 0
    assert done["hit_ratio"] >= 0.8  # 40 of 86 keys are drafted ahead
    assert done["asked_again"]["still_missing"] == []
    # a draft is mended once at most; the worker drafts what was too late for its visitor
    assert 0 < done["gpu_calls"] <= 2 * done["misses"] + 4 * done["fallbacks"]
    assert done["generation"]["planned"] == 40
    assert done["seconds_to_first_answer"] > 0
    assert len(running.parts) == 6
    assert not any(map(alive, running.parts.values()))
    assert find_run_file(tmp_path) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_part_of_the_stack_outlives_up(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C stops everything (0 once it serves, 130 before), and so does a supervisor's death."""
    with up(tmp_path, "--top", "0") as process:
        running = once_running(tmp_path, process)
        process.send_signal(number)
        process.communicate(timeout=120)
    assert process.returncode in ((0, 130) if number == signal.SIGINT else (-signal.SIGKILL,))
    assert eventually(lambda: not any(map(alive, running.parts.values())))
