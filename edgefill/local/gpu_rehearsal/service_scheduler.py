"""Keeps one task running, as the scheduler of an ECS service with a desired count of 1 does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from edgefill.local.gpu_rehearsal.task import SCHEDULER, RunningTask

CLOSE_S = 10.0  # what a container gets to end when the rehearsal is interrupted


class ServiceScheduler:
    """Runs tasks one after the other: a new one starts when the one before has stopped.

    A task has all GPUs of its machine, so two of them never run at the same time. Leaving the
    `with` block stops everything in every case.
    """

    def __init__(self, make_task: Callable[[int], RunningTask]) -> None:
        self._make_task = make_task
        self._desired_count = 1
        self._changed = threading.Condition()
        self._tasks: list[RunningTask] = []
        self._ended = 0
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="service-scheduler", daemon=True)

    def __enter__(self) -> ServiceScheduler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._desired_count = 0
            for task in self._tasks:
                task.request_stop(SCHEDULER, longest_stop_s=CLOSE_S)
        self._thread.join(CLOSE_S * (1 + len(self._tasks[-1].containers)) if self._tasks else None)
        for task in self._tasks:
            for container in task.containers.values():
                container.kill()
        self._thread.join()

    def wait_for_task(self, number: int) -> RunningTask:
        """Task `number`, counted from 1, once it starts; raises what the scheduler raised."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._tasks) >= number or self._failure)
            if self._failure:
                raise self._failure
            return self._tasks[number - 1]

    def wait_for_end(self, number: int, within_s: float) -> bool:
        """Whether task `number` stops within `within_s` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended >= number, within_s)

    def set_desired_count(self, count: int) -> None:
        """Set the desired count; 0 stops the running task, and no other one is started."""
        with self._changed:
            self._desired_count = count
            if count == 0 and self._tasks:
                self._tasks[-1].request_stop()

    def _run(self) -> None:
        try:
            while self._desired_count:
                self._run_task(self._make_task(len(self._tasks) + 1))
        except Exception as error:  # raised again in the thread that waits
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _run_task(self, task: RunningTask) -> None:
        with self._changed:
            if not self._desired_count:
                return
            self._tasks.append(task)
            self._changed.notify_all()
        task.run()
        with self._changed:
            self._ended += 1
            self._changed.notify_all()
