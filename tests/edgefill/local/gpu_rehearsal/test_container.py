"""A container is a process with exactly its own environment, and has a health."""

import signal
import sys
import threading
from pathlib import Path

from edgefill.local.gpu_rehearsal.container import (
    ContainerSpec,
    Health,
    HealthRecord,
    RunningContainer,
)
from edgefill.local.gpu_rehearsal.task_definition import (
    ContainerDefinition,
    ContainerHealthCheck,
)
from edgefill.local.stack.log import StackLog
from tests.edgefill.local.gpu_rehearsal.rows import IGNORE, OBEY, build_spec

CHECK = ContainerHealthCheck(command=("true",), retries=2, start_period_s=10)


def start(script: str, folder: Path, *, log: StackLog | None = None) -> RunningContainer:
    definition = ContainerDefinition(name="model", image="model:1")
    spec = build_spec(definition, script, folder)
    return RunningContainer(spec, log or StackLog(), lambda _: None)


def test_failures_in_the_start_period_do_not_count() -> None:
    """After it, `retries` failures in a row do."""
    record = HealthRecord(CHECK)
    assert [record.record(passed=False, age_s=age) for age in (1, 2, 9)] == ["UNKNOWN"] * 3
    assert record.record(passed=False, age_s=11) == "UNKNOWN"
    assert record.record(passed=False, age_s=21) == "UNHEALTHY"


def test_the_start_period_ends_with_the_first_success() -> None:
    """A container that was healthy and fails is not starting any more."""
    record = HealthRecord(CHECK)
    assert record.record(passed=True, age_s=1) == "HEALTHY"
    assert record.record(passed=False, age_s=2) == "HEALTHY"
    assert record.record(passed=False, age_s=3) == "UNHEALTHY"
    assert record.record(passed=True, age_s=4) == "HEALTHY"


def test_a_success_between_failures_starts_the_count_anew() -> None:
    """Only failures in a row make a container unhealthy."""
    record = HealthRecord(CHECK)
    results = [record.record(passed=passed, age_s=20) for passed in (False, True, False, True)]
    assert "UNHEALTHY" not in results


def test_the_environment_is_the_containers_own(tmp_path: Path) -> None:
    """Nothing of this process's environment is inherited."""
    log = StackLog()
    container = start("import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))", tmp_path, log=log)
    container.wait_or_kill(60)
    assert log.read_last_lines("model") == "[]"


def test_a_check_runs_in_the_containers_environment(tmp_path: Path) -> None:
    """It passes only there; the change of health is reported."""
    seen: list[Health] = []
    is_healthy = threading.Event()

    def record(health: Health) -> None:
        seen.append(health)
        is_healthy.set()

    code = "import os, sys; sys.exit(os.environ.get('INSIDE') != '1')"
    check = ContainerHealthCheck(command=(sys.executable, "-c", code), interval_s=0.05)
    spec = ContainerSpec(
        definition=ContainerDefinition(name="model", image="model:1", health_check=check),
        command=(sys.executable, "-c", OBEY, "model"),
        environment={"INSIDE": "1"},
        folder=tmp_path,
    )
    container = RunningContainer(spec, StackLog(), record)
    assert is_healthy.wait(60)
    assert container.health == "HEALTHY"
    container.kill()
    container.wait_or_kill(60)
    assert seen == ["HEALTHY"]


def test_a_program_of_a_check_that_does_not_exist_fails_it(tmp_path: Path) -> None:
    """As in an image without curl."""
    is_unhealthy = threading.Event()
    check = ContainerHealthCheck(command=("no-such-program",), interval_s=0.05, retries=1)
    spec = ContainerSpec(
        definition=ContainerDefinition(name="model", image="model:1", health_check=check),
        command=(sys.executable, "-c", OBEY, "model"),
        environment={},
        folder=tmp_path,
    )
    container = RunningContainer(spec, StackLog(), lambda _: is_unhealthy.set())
    assert is_unhealthy.wait(60)
    assert container.health == "UNHEALTHY"
    container.wait_or_kill(0)


def test_a_container_that_ignores_its_stop_signal_is_killed(tmp_path: Path) -> None:
    """After its stop timeout, and this is remembered."""
    log = StackLog()
    container = start(IGNORE, tmp_path, log=log)
    while not log.read_last_lines("model"):
        assert container.status is None
    container.send_stop_signal()
    container.wait_or_kill(0.2)
    assert container.was_killed
    assert container.status == -signal.SIGKILL
