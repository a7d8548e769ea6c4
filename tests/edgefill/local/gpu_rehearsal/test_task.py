"""A task starts in order, and ends as ECS ends it; the containers are real processes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edgefill.local.gpu_rehearsal.task import (
    ESSENTIAL_EXITED,
    FAILED_TO_START,
    SCHEDULER,
    RunningTask,
)
from tests.edgefill.local.gpu_rehearsal.rows import FAIL, OBEY, build_task, depend_on, expect_file

DEPENDENT: dict[str, Any] = {"DependsOn": depend_on("model", "HEALTHY")}


@contextmanager
def run(task: RunningTask) -> Iterator[threading.Thread]:
    """Run the task in a thread, which has ended when the block is left."""
    thread = threading.Thread(target=task.run)
    thread.start()
    try:
        yield thread
    finally:
        task.request_stop(longest_stop_s=5)
        thread.join()


def list_events(task: RunningTask) -> list[str]:
    """What happened, without numbers."""
    texts = [event.text.removeprefix("task 1: ") for event in task._timeline.events]
    return [text.partition(" (")[0].partition(";")[0].partition(" after")[0] for text in texts]


def wait_for_files(task: RunningTask, folder: Path, *names: str) -> None:
    """Wait until these containers obey."""
    while not all((folder / name).exists() for name in names):
        assert task.stop_code is None


def test_containers_start_in_order_and_stop_in_reverse(tmp_path: Path) -> None:
    """The second one waits until the first one is healthy."""
    task = build_task(
        tmp_path,
        {"service": (OBEY, DEPENDENT), "model": (OBEY, {"HealthCheck": expect_file("model")})},
    )
    with run(task) as thread:
        wait_for_files(task, tmp_path, "model", "service")
        task.request_stop()
        thread.join()
    assert list_events(task) == [
        "model started", "model is HEALTHY", "service started", f"stops: {SCHEDULER}",
        "service got SIGTERM", "service ended with status 0",
        "model got SIGTERM", "model ended with status 0", "stopped",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["model", "service"])
def test_the_end_of_an_essential_container_ends_the_task(tmp_path: Path, name: str) -> None:
    """Whichever it is; the other one gets its stop signal."""
    task = build_task(
        tmp_path,
        {"service": (OBEY, DEPENDENT), "model": (OBEY, {"HealthCheck": expect_file("model")})},
    )
    with run(task) as thread:
        wait_for_files(task, tmp_path, "model", "service")
        task.containers[name].kill()
        thread.join()
    assert task.stop_code == ESSENTIAL_EXITED
    (other,) = [each for each in task.containers.values() if each.name != name]
    assert other.status == 0
    assert not other.was_killed


def test_the_end_of_another_container_does_not(tmp_path: Path) -> None:
    """One that is not essential, such as one that copies files and ends."""
    task = build_task(
        tmp_path,
        {
            "service": (OBEY, {"DependsOn": depend_on("fetch", "SUCCESS")}),
            "fetch": ("", {"Essential": False}),
        },
    )
    with run(task):
        wait_for_files(task, tmp_path, "service")
        assert task.containers["fetch"].status == 0
        assert task.stop_code is None


def test_an_unhealthy_essential_container_ends_the_task(tmp_path: Path) -> None:
    """The service's scheduler stops the task, to replace it."""
    task = build_task(tmp_path, {"model": (OBEY, {"HealthCheck": FAIL | {"Retries": 1}})})
    with run(task) as thread:
        thread.join()
    assert task.stop_code == SCHEDULER
    assert "model is UNHEALTHY" in list_events(task)


def test_a_dependency_that_takes_too_long_ends_the_task(tmp_path: Path) -> None:
    """After the StartTimeout of the container that is waited for."""
    model = {"HealthCheck": FAIL | {"StartPeriod": 300}, "StartTimeout": 0.2}
    task = build_task(tmp_path, {"service": (OBEY, DEPENDENT), "model": (OBEY, model)})
    with run(task) as thread:
        thread.join()
    assert task.stop_code == FAILED_TO_START
    assert list(task.containers) == ["model"]


def test_a_dependency_that_fails_ends_the_task(tmp_path: Path) -> None:
    """SUCCESS needs status 0."""
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        "service": (OBEY, {"DependsOn": depend_on("fetch", "SUCCESS")}),
        "fetch": ("raise SystemExit(3)", {"Essential": False}),
    }
    task = build_task(tmp_path, rows)
    with run(task) as thread:
        thread.join()
    assert task.stop_code == FAILED_TO_START


def test_a_command_that_cannot_be_started_ends_the_task(tmp_path: Path) -> None:
    """The timeline says why."""
    task = build_task(tmp_path / "missing", {"model": (OBEY, {})})
    with run(task) as thread:
        thread.join()
    assert task.stop_code == FAILED_TO_START
    assert any("model cannot start: [Errno 2]" in each.text for each in task._timeline.events)
