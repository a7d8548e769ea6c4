"""`edgefill up` as a user runs it, with the tiny model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def start_up(state: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command, killed if the test has not ended it; its processes end with it."""
    with subprocess.Popen(
        [sys.executable, "-m", "edgefill.cli", "up", "--port", "0", "--state", str(state), *words],
        env={**os.environ, "EDGEFILL_GPU_MODEL": str(MODEL)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_run_file(state: Path, process: subprocess.Popen[str]) -> RunFile:
    """The run file as soon as it exists."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        if (run_file := find_run_file(state)) is not None:
            return run_file
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"the stack did not start: {process.communicate()[1]}")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_once_prints_one_json_object_and_leaves_no_process(tmp_path: Path) -> None:
    """It starts, drafts, publishes, sends requests, reports and stops without an error."""
    with start_up(tmp_path, "--once", "--json", "--requests", "300", "--top", "40") as process:
        run_file = wait_for_run_file(tmp_path, process)
        output, errors = process.communicate(timeout=1200)
    assert process.returncode == 0, errors
    result = json.loads(output)
    assert result["requests"] == 300
    assert result["errors"] == result["refused"] == 0
    assert result["hit_ratio"] >= 0.8  # 40 of 96 keys are drafted ahead
    # the judge may refuse every text for a key that the tiny model writes badly
    assert len(result["asked_again"]["still_missing"]) <= 2
    # A visitor's draft is revised once at most; the worker has 24 attempts at a key (roles.yaml).
    assert 0 < result["gpu_calls"] <= 2 * result["misses"] + 24 * result["fallbacks"]
    assert result["generation"]["planned"] == 40
    assert result["seconds_to_first_answer"] > 0
    assert len(run_file.parts) == 6
    assert not any(map(is_alive, run_file.parts.values()))
    assert find_run_file(tmp_path) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_of_the_stack_outlives_up(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C stops all (status 0 once it serves, 130 before), and so does killing the command."""
    with start_up(tmp_path, "--top", "0") as process:
        run_file = wait_for_run_file(tmp_path, process)
        process.send_signal(number)
        process.communicate(timeout=120)
    assert process.returncode in ((0, 130) if number == signal.SIGINT else (-signal.SIGKILL,))
    assert wait_until(lambda: not any(map(is_alive, run_file.parts.values())))
