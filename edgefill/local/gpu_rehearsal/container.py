"""One container of a task as a process, with the health that ECS would see."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edgefill.local.gpu_rehearsal.task_definition import (
    ContainerDefinition,
    ContainerHealthCheck,
)
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ManagedProcess, ProcessSpec

Health = Literal["UNKNOWN", "HEALTHY", "UNHEALTHY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """A container as it runs here: the whole command line, the whole environment, the folder."""

    definition: ContainerDefinition
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    stop_signal: str = "SIGTERM"


class HealthRecord:
    """Computes a container's health from the results of its health check.

    A success is HEALTHY. `retries` failures in a row are UNHEALTHY; failures in the start period
    do not count before the first success. Source: docs.docker.com/reference/dockerfile,
    "HEALTHCHECK", and API_HealthCheck of docs.aws.amazon.com/AmazonECS/latest/APIReference.
    """

    def __init__(self, check: ContainerHealthCheck) -> None:
        self.health: Health = "UNKNOWN"
        self._check = check
        self._failures = 0
        self._has_passed = False

    def record(self, *, passed: bool, age_s: float) -> Health:
        """Add a result that came `age_s` seconds after the start; returns the health."""
        if passed:
            self.health, self._failures, self._has_passed = "HEALTHY", 0, True
        elif self._has_passed or age_s > self._check.start_period_s:
            self._failures += 1
            if self._failures >= self._check.retries:
                self.health = "UNHEALTHY"
        return self.health


class RunningContainer:
    """A started container. Start it in a thread that lives as long as it (stack/process.py)."""

    def __init__(self, spec: ContainerSpec, log: StackLog, on_health: Callable[[Health], None]):
        self.spec = spec
        self.began = time.monotonic()
        self.was_killed = False  # by SIGKILL, because it ignored its stop signal
        self._on_health = on_health
        self._ended = threading.Event()
        check = spec.definition.health_check
        self._record = HealthRecord(check) if check else None
        self._process = ManagedProcess(
            ProcessSpec(
                name=spec.definition.name,
                command=spec.command,
                environment=spec.environment,
                inherits_environment=False,
                folder=spec.folder,
            )
        )
        self._process.copy_output(log)
        if check:
            threading.Thread(target=self._watch_health, args=(check,), daemon=True).start()

    @property
    def name(self) -> str:
        """The container's name."""
        return self.spec.definition.name

    @property
    def pid(self) -> int:
        """The process id of the container's first process."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status, -N for signal N; None while it runs."""
        return self._process.status

    @property
    def health(self) -> Health:
        """The health as of the last check; UNKNOWN without one."""
        return self._record.health if self._record else "UNKNOWN"

    def kill(self) -> None:
        """Kill every process of the container, as the kernel does when its first process dies."""
        self._process.send_signal(signal.SIGKILL)

    def send_stop_signal(self) -> None:
        """Send the stop signal to the first process, which alone gets it in a container."""
        self._process.signal_leader(signal.Signals[self.spec.stop_signal])

    def wait_or_kill(self, within_s: float) -> None:
        """Wait `within_s` seconds for the first process to end, then kill all of them."""
        self.was_killed = not self._process.wait(within_s)
        self._process.wait_or_kill(0)
        self._ended.set()

    def _watch_health(self, check: ContainerHealthCheck) -> None:
        while not self._ended.wait(check.interval_s) and self.status is None:
            passed = self._passes(check)
            if self._record is None or self._ended.is_set() or self.status is not None:
                return
            before = self._record.health
            age_s = time.monotonic() - self.began
            if self._record.record(passed=passed, age_s=age_s) != before:
                self._on_health(self._record.health)

    def _passes(self, check: ContainerHealthCheck) -> bool:
        """Run the check in the container's environment, as `docker exec` does."""
        try:
            result = subprocess.run(
                check.command,
                env=self.spec.environment,
                cwd=self.spec.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=check.timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return result.returncode == 0
