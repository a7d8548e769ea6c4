"""A service keeps one task running, and leaves nothing behind."""

import os
from pathlib import Path

import pytest

from edgefill.local.gpu_rehearsal.service_scheduler import ServiceScheduler
from edgefill.local.gpu_rehearsal.task import RunningTask
from tests.edgefill.local.gpu_rehearsal.rows import IGNORE, OBEY, build_task


def wait_for_pid(task: RunningTask) -> int:
    while not task.containers:
        pass
    return task.containers["model"].pid


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_task_that_ends_is_replaced(tmp_path: Path) -> None:
    """By a new one, once it has stopped."""
    with ServiceScheduler(
        lambda number: build_task(tmp_path, {"model": (OBEY, {})}, number=number)
    ) as scheduler:
        first = scheduler.wait_for_task(1)
        os.kill(wait_for_pid(first), 9)
        assert scheduler.wait_for_end(1, 60)
        second = scheduler.wait_for_task(2)
        assert second.number == 2
        assert wait_for_pid(second) != first.containers["model"].pid


def test_a_desired_count_of_0_stops_the_task_for_good(tmp_path: Path) -> None:
    """No other one is started."""
    numbers: list[int] = []

    def make_task(number: int) -> RunningTask:
        numbers.append(number)
        return build_task(tmp_path, {"model": (OBEY, {})})

    with ServiceScheduler(make_task) as scheduler:
        wait_for_pid(scheduler.wait_for_task(1))
        scheduler.set_desired_count(0)
        assert scheduler.wait_for_end(1, 60)
    assert numbers == [1]


def test_leaving_the_block_ends_every_process(tmp_path: Path) -> None:
    """Also when the block raises, and when a container ignores its stop signal."""
    rows = {"model": (IGNORE, {"StopTimeout": 0.2})}
    pids: list[int] = []

    def interrupt_service() -> None:
        with ServiceScheduler(
            lambda number: build_task(tmp_path, rows, number=number)
        ) as scheduler:
            pids.append(wait_for_pid(scheduler.wait_for_task(1)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt_service()
    assert not is_running(pids[0])


def test_an_error_of_the_scheduler_reaches_who_waits() -> None:
    """Nobody waits for a task that never comes."""

    def make_task(number: int) -> RunningTask:
        raise LookupError(f"no task {number}")

    with ServiceScheduler(make_task) as scheduler, pytest.raises(LookupError, match="no task 1"):
        scheduler.wait_for_task(1)
