"""What the rehearsal does with the running service, and what must hold afterwards.

1. Templates of every format are written through both containers.
2. A container is killed, one after the other: ECS stops the other one and starts a new task, which
   writes a template. No request hangs when vLLM is killed under load.
3. The service is scaled to zero under load: the stop signal loses no request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from edgefill.local.gpu_rehearsal.drafts import KEYS, DemoDrafts
from edgefill.local.gpu_rehearsal.load import (
    CLIENTS,
    BackgroundRequest,
    LoadGenerator,
    LongStream,
    RehearsalFailed,
)
from edgefill.local.gpu_rehearsal.service_scheduler import ServiceScheduler
from edgefill.local.gpu_rehearsal.substitutions import SERVICE, VLLM
from edgefill.local.gpu_rehearsal.task import ESSENTIAL_EXITED, SCHEDULER, RunningTask
from edgefill.local.gpu_rehearsal.timeline import Timeline
from edgefill.local.stack.log import StackLog

READY_S = 300.0  # from the start of a task until it can write
POLL_S = 0.2
LATE_REQUESTS = 8  # that arrive after the stop signal
# of a stream that has begun before the stop signal and goes on after it
LONG_TOKENS = 800
SPOT_NOTICE_S = 120.0  # between the notice and the end of a Spot machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The steps, on a service that `client` reaches and whose readiness is `ready_path`."""

    scheduler: ServiceScheduler
    client: httpx.Client
    ready_path: str
    drafts: DemoDrafts
    timeline: Timeline
    log: StackLog

    def run(self) -> None:
        """Run every step; RehearsalFailed, InvalidEngineOutput."""
        task = self._wait_until_ready(1)
        self._write_templates(task, *KEYS)
        task = self._kill(task, SERVICE)
        task = self._kill_under_load(task, VLLM)
        self._drain_under_load(task)

    def _wait_until_ready(self, number: int) -> RunningTask:
        task = self.scheduler.wait_for_task(number)
        self._wait(task, lambda: self._get_status() == httpx.codes.OK, "ready")
        self.timeline.record(f"task {number}: {self.ready_path} answers 200")
        return task

    def _wait(self, task: RunningTask, is_done: Callable[[], bool], state: str) -> None:
        """Wait for `is_done`; RehearsalFailed when the task stops before, or after READY_S."""
        end = time.monotonic() + READY_S
        while not is_done():
            if task.stop_code or time.monotonic() > end:
                last = " | ".join(
                    f"{name}: {self.log.read_last_lines(name).splitlines()[-1:]}"
                    for name in task.containers
                )
                reason = task.stop_code or f"{READY_S:g} s have passed"
                raise RehearsalFailed(f"task {task.number} is not {state}: {reason}; {last}")
            time.sleep(POLL_S)

    def _get_status(self) -> int:
        """The status of the readiness check; 0 without an answer."""
        try:
            return self.client.get(self.ready_path).status_code
        except httpx.TransportError:
            return 0

    def _write_templates(self, task: RunningTask, *names: str) -> None:
        for name in names:
            text = self.drafts.write_template(self.client, name)
            self.timeline.record(
                f"task {task.number}: {name} written and compiled ({len(text)} characters)"
            )

    def _kill(self, task: RunningTask, name: str) -> RunningTask:
        """Kill a container and wait for the task that replaces this one."""
        self.timeline.record(f"kill {name} (SIGKILL)")
        task.containers[name].kill()
        return self._check_replacement(task, name)

    def _kill_under_load(self, task: RunningTask, name: str) -> RunningTask:
        with LoadGenerator(self.client, self.drafts.iterate_bodies()) as load:
            self._wait(task, lambda: len(load.outcomes) >= CLIENTS, "writing under load")
            self.timeline.record(f"kill {name} (SIGKILL) with {CLIENTS} requests in flight")
            task.containers[name].kill()
            self._wait_for_signal(task)
        counts = load.count()
        self.timeline.record(f"load: {_describe_counts(counts)}")
        if lost := load.list_lost():
            raise RehearsalFailed(f"kill of {name}: {len(lost)} requests lost; first: {lost[0]}")
        return self._check_replacement(task, name)

    def _check_replacement(self, task: RunningTask, killed: str) -> RunningTask:
        """RehearsalFailed unless ECS's rules hold and the next task writes."""
        self._check_end(task, ESSENTIAL_EXITED, except_for=killed)
        successor = self._wait_until_ready(task.number + 1)
        self._write_templates(successor, KEYS[0])
        return successor

    def _check_end(self, task: RunningTask, code: str, *, except_for: str = "") -> None:
        """The task stops for this reason, and its containers end themselves with status 0."""
        containers = task.containers.values()
        within_s = sum(each.spec.definition.stop_timeout_s for each in containers)
        if not self.scheduler.wait_for_end(task.number, within_s + READY_S):
            raise RehearsalFailed(f"task {task.number} does not stop")
        if task.stop_code != code:
            raise RehearsalFailed(f"task {task.number} stopped for {task.stop_code}, not {code}")
        for container in containers:
            if container.name != except_for and (container.was_killed or container.status):
                raise RehearsalFailed(
                    f"task {task.number}: {container.name} did not end by itself with status 0"
                    f" (status {container.status})"
                )

    def _drain_under_load(self, task: RunningTask) -> None:
        bodies = self.drafts.iterate_bodies()
        with LoadGenerator(self.client, bodies) as load:
            self._wait(task, lambda: len(load.outcomes) >= CLIENTS, "writing under load")
            long = LongStream(self.client, self._read_model_name(), LONG_TOKENS)
            long.has_begun.wait()
            before, began = len(load.outcomes), time.monotonic()
            self.scheduler.set_desired_count(0)
            self.timeline.record(f"desired count 0, with {CLIENTS} requests in flight and a stream")
            self._wait_for_signal(task)
            self._wait_until_refusing()
            late = [
                BackgroundRequest(self.client, "/v1/templates", next(bodies))
                for _ in range(LATE_REQUESTS)
            ]
        self._check_drain(load, long, late)
        self.timeline.record(
            f"drain: {_describe_counts(load.count())} ({before} before the signal); the stream"
            f" has all {LONG_TOKENS} tokens; {LATE_REQUESTS} late ones refused with Retry-After"
        )
        self._check_end(task, SCHEDULER)
        seconds = time.monotonic() - began
        self.timeline.record(f"drained and stopped in {seconds:.1f} s of {SPOT_NOTICE_S:g}")
        if seconds > SPOT_NOTICE_S:
            raise RehearsalFailed(f"the stop took {seconds:.0f} s; Spot gives {SPOT_NOTICE_S:g} s")

    def _wait_for_signal(self, task: RunningTask) -> None:
        if not task.is_signalled.wait(READY_S):
            raise RehearsalFailed(f"task {task.number}: no container got its stop signal")

    def _read_model_name(self) -> str:
        name: str = self.client.get("/v1/models").json()["data"][0]["id"]
        return name

    def _wait_until_refusing(self) -> None:
        """Until the signal is handled: what arrives before it is still accepted."""
        end = time.monotonic() + READY_S
        while self._get_status() == httpx.codes.OK:
            if time.monotonic() > end:
                raise RehearsalFailed(f"{self.ready_path} is still 200 after the stop signal")
            time.sleep(POLL_S)

    def _check_drain(
        self, load: LoadGenerator, long: LongStream, late: list[BackgroundRequest]
    ) -> None:
        if lost := load.list_lost():
            raise RehearsalFailed(f"drain: {len(lost)} requests lost; the first: {lost[0]}")
        if (count := long.count_tokens()) != LONG_TOKENS:
            raise RehearsalFailed(f"drain: the long text has {count} of {LONG_TOKENS} tokens")
        for outcome in (each.wait() for each in late):
            if outcome.kind != "refused":
                raise RehearsalFailed(f"drain: a late request was {outcome.kind}: {outcome.detail}")


def _describe_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in ("answered", "refused", "lost"))
