"""ProcessWatcher: restarts processes that end, without ever waiting for one of them.

A process that waits for its restart, or that is not ready yet, does not delay the restart of
another. Call `step` again and again from the thread that should own the processes (process.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from edgefill.core.errors import EdgefillError
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.restarts import RestartPolicy


class ProcessFailed(EdgefillError):
    """A process ended, or was not ready in time; the text has its last lines of output."""


class WatchedProcess(Protocol):
    """What a watcher reads of a process (process.py)."""

    @property
    def spec(self) -> ProcessSpec:
        """Its command, and how to tell that it is ready."""
        ...

    @property
    def status(self) -> int | None:
        """The exit status; None while the process runs."""
        ...


class ProcessWatcher:
    """Watches `processes`, which `launch` changes; `clock` is monotonic seconds.

    `is_ready` must answer soon; `on_ready` is called with the name of a restarted process that is
    ready again, and must return soon.
    """

    def __init__(
        self,
        processes: Mapping[str, WatchedProcess],
        *,
        launch: Callable[[ProcessSpec], None],
        is_ready: Callable[[ProcessSpec], bool],
        on_ready: Callable[[str], None],
        log: StackLog,
        clock: Callable[[], float],
    ) -> None:
        self._processes = processes
        self._launch = launch
        self._is_ready = is_ready
        self._on_ready = on_ready
        self._log = log
        self._clock = clock
        self._restarts = RestartPolicy()
        self._due: dict[str, float] = {}  # when to start it again
        self._starting: dict[str, float] = {}  # since when

    def step(self) -> None:
        """Look at every process once; ProcessFailed when one ends too often (restarts.py)."""
        for name, process in list(self._processes.items()):
            if name in self._due:
                self._start_if_due(name, process)
            elif process.status is not None:
                self._schedule(name, process)
            elif name in self._starting:
                self._check_ready(name, process)

    def _schedule(self, name: str, process: WatchedProcess) -> None:
        event, now = f"ended with status {process.status}", self._clock()
        delay = self._restarts.record_end(name, now)
        if delay is None:
            lines = self._log.read_last_lines(name)
            raise ProcessFailed(f"{name} {event} again and again; its last lines:\n{lines}")
        self._log.write_line(name, f"{event}; it starts again in {delay:g} s")
        self._starting.pop(name, None)
        self._due[name] = now + delay

    def _start_if_due(self, name: str, process: WatchedProcess) -> None:
        if process.status is None:  # somebody else has started it
            del self._due[name]
        elif self._clock() >= self._due[name]:
            del self._due[name]
            self._launch(process.spec)
            self._starting[name] = self._clock()

    def _check_ready(self, name: str, process: WatchedProcess) -> None:
        if self._is_ready(process.spec):
            del self._starting[name]
            self._log.write_line(name, "is ready again")
            self._on_ready(name)
        elif self._clock() - self._starting[name] > process.spec.ready_within_s:
            self._log.write_line(name, f"is not ready after {process.spec.ready_within_s:g} s")
            self._starting[name] = self._clock()
