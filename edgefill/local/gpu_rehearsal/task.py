"""One task: its containers start in order, and end together when an essential one ends.

Sources, all of docs.aws.amazon.com/AmazonECS/latest: "essential" and "dependsOn" in
developerguide/task_definition_parameters_ec2 (if an essential container ends for any reason, all
others are stopped; at shutdown dependencies are reversed), stop codes in APIReference/API_Task.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from edgefill.local.gpu_rehearsal.container import ContainerSpec, Health, RunningContainer
from edgefill.local.gpu_rehearsal.task_definition import ContainerDefinition, TaskDefinition
from edgefill.local.gpu_rehearsal.timeline import Timeline
from edgefill.local.stack.log import StackLog

POLL_S = 0.05
ESSENTIAL_EXITED = "EssentialContainerExited"
FAILED_TO_START = "TaskFailedToStart"
SCHEDULER = "ServiceSchedulerInitiated"


class RunningTask:
    """A task from its start to its end, which `run` waits for.

    `stop_code` says why it ends, None before. `is_signalled` is set once the first container has
    got its stop signal.
    """

    def __init__(
        self,
        number: int,
        definition: TaskDefinition,
        specs: Mapping[str, ContainerSpec],
        *,
        log: StackLog,
        timeline: Timeline,
        grace_s: float = 0,
    ) -> None:
        """`grace_s` is the service's health check grace period."""
        self.number = number
        self.containers: dict[str, RunningContainer] = {}
        self.stop_code: str | None = None
        self.is_signalled = threading.Event()
        self._definition = definition
        self._specs = specs
        self._log = log
        self._timeline = timeline
        self._grace_s = grace_s
        self._began = time.monotonic()
        self._longest_stop_s = float("inf")
        self._stop_request: str | None = None

    def run(self) -> None:
        """Start the containers and wait until the task has stopped."""
        try:
            while (code := self._find_stop_code()) is None:
                self._start_containers()
                time.sleep(POLL_S)
            self._stop(code)
        finally:
            for container in self.containers.values():
                container.kill()

    def request_stop(self, code: str = SCHEDULER, *, longest_stop_s: float = float("inf")) -> None:
        """Ask the task to stop; each container gets at most `longest_stop_s` seconds."""
        self._longest_stop_s = longest_stop_s
        self._stop_request = code

    def _find_stop_code(self) -> str | None:
        if self._stop_request:
            return self._stop_request
        for container in self.containers.values():
            if code := self._find_failure(container):
                return code
        return None

    def _find_failure(self, container: RunningContainer) -> str | None:
        definition = container.spec.definition
        if not definition.essential:
            return None
        if container.status is not None:
            self._record(f"{container.name} ended with status {container.status}")
            container.kill()  # its other processes end with the first one
            return ESSENTIAL_EXITED
        is_grace_over = time.monotonic() - self._began > self._grace_s
        if container.health == "UNHEALTHY" and is_grace_over:
            return SCHEDULER
        return None

    def _start_containers(self) -> None:
        """Start every container whose dependencies are met; request a stop if one cannot be."""
        for definition in self._definition.containers:
            if definition.name in self.containers:
                continue
            states = [self._check_dependency(*each) for each in definition.depends_on.items()]
            if None in states:
                self._record(f"{definition.name} cannot start: a container it waits for failed")
                return self.request_stop(FAILED_TO_START)
            if all(states):
                self._start(definition)
        return None

    def _check_dependency(self, name: str, condition: str) -> bool | None:
        """Whether the dependency is met; None when it never will be."""
        container = self.containers.get(name)
        if container is None:
            return False
        if condition == "START":
            return True
        if condition == "HEALTHY" and container.health == "HEALTHY":
            return True
        if condition in ("COMPLETE", "SUCCESS") and container.status is not None:
            return container.status == 0 or condition == "COMPLETE" or None
        age_s = time.monotonic() - container.began
        return False if age_s < container.spec.definition.start_timeout_s else None

    def _start(self, definition: ContainerDefinition) -> None:
        try:
            container = RunningContainer(
                self._specs[definition.name], self._log, self._make_health_hook(definition.name)
            )
        except OSError as error:
            self._record(f"{definition.name} cannot start: {error}")
            return self.request_stop(FAILED_TO_START)
        self.containers[definition.name] = container
        self._record(f"{definition.name} started (pid {container.pid})")
        return None

    def _make_health_hook(self, name: str) -> Callable[[Health], None]:
        return lambda health: self._record(f"{name} is {health}")

    def _stop(self, code: str) -> None:
        """Stop the containers in the reverse order of their start."""
        self.stop_code = code
        self._record(f"stops: {code}")
        for container in reversed(self.containers.values()):
            if container.status is None:
                self._stop_container(container)
        self._record("stopped")

    def _stop_container(self, container: RunningContainer) -> None:
        definition, began = container.spec.definition, time.monotonic()
        container.send_stop_signal()
        self.is_signalled.set()
        within_s = min(definition.stop_timeout_s, self._longest_stop_s)
        self._record(f"{container.name} got {container.spec.stop_signal}; it has {within_s:g} s")
        container.wait_or_kill(within_s)
        how = "was killed" if container.was_killed else f"ended with status {container.status}"
        self._record(f"{container.name} {how} after {time.monotonic() - began:.1f} s")

    def _record(self, text: str) -> None:
        self._timeline.record(f"task {self.number}: {text}")
