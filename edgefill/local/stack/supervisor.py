"""Starts processes together, waits until each is ready, restarts those that end, stops all."""

from __future__ import annotations

import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from urllib.parse import urlsplit

from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ManagedProcess, ProcessSpec
from edgefill.local.stack.watcher import ProcessFailed, ProcessWatcher

POLL_S = 0.05
PROBE_S = 1.0  # a frozen process delays the watch for no longer
GRACE_S = 5.0  # between SIGTERM and SIGKILL
# SIGINT is set explicitly: a shell starts a script's background job with SIGINT ignored.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs processes by name; leaving the `with` block stops all of them in every case.

    `log` has their output.
    """

    def __init__(
        self,
        log: StackLog,
        *,
        grace_s: float = GRACE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.log = log
        self._grace_s = grace_s
        self._clock = clock
        self._sleep = sleep
        self._running: dict[str, ManagedProcess] = {}

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(
        self, specs: Sequence[ProcessSpec], on_ready: Callable[[str], None] | None = None
    ) -> None:
        """Start the processes together and wait until all are ready; ProcessFailed."""
        # All processes start before any thread does, because starting one forks this process.
        started = [ManagedProcess(spec) for spec in specs]
        for process in started:
            self._running[process.spec.name] = process
        for process in started:
            process.copy_output(self.log)
        waiting = {process.spec.name: time.monotonic() for process in started}
        while waiting:
            for name, since in list(waiting.items()):
                if self._is_ready(self._running[name], since):
                    del waiting[name]
                    if on_ready:
                        on_ready(name)
            time.sleep(POLL_S)

    def stop(self, *names: str) -> None:
        """Stop the named processes, or all: SIGTERM to each group, SIGKILL after the grace time."""
        processes = [self._running.pop(name) for name in names or list(self._running)]
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait_or_kill(self._grace_s)

    def watch(
        self,
        until: threading.Event | None = None,
        *,
        on_restart: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Restart every process that ends, until `until` is set.

        ProcessFailed when one process ends too often (restarts.py). `on_restart` is called with the
        name of a process that is ready again. While it runs, nothing is restarted, so it must
        return soon.
        """
        watcher = ProcessWatcher(
            self._running,
            launch=self._launch,
            is_ready=is_ready,
            on_ready=on_restart,
            log=self.log,
            clock=self._clock,
        )
        while not (until and until.is_set()):
            watcher.step()
            self._sleep(POLL_S)

    def _launch(self, spec: ProcessSpec) -> None:
        process = ManagedProcess(spec)
        self._running[spec.name] = process
        process.copy_output(self.log)

    def list_pids(self) -> dict[str, int]:
        """The process ids of the running processes by name."""
        return {name: process.pid for name, process in self._running.items()}

    def _is_ready(self, process: ManagedProcess, since: float) -> bool:
        if process.status is not None:
            raise self._make_failure(
                process, f"ended with status {process.status} before it was ready"
            )
        if is_ready(process.spec):
            return True
        if time.monotonic() - since > process.spec.ready_within_s:
            raise self._make_failure(
                process, f"is not ready after {process.spec.ready_within_s:g} s"
            )
        return False

    def _make_failure(self, process: ManagedProcess, event: str) -> ProcessFailed:
        name = process.spec.name
        return ProcessFailed(f"{name} {event}; its last lines:\n{self.log.read_last_lines(name)}")


def is_ready(spec: ProcessSpec) -> bool:
    """Whether a running process of `spec` serves."""
    return spec.ready is None or is_serving(spec.ready)


def is_serving(url: str) -> bool:
    """Whether a tcp:// address accepts, or an http:// URL answers below 500."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "tcp":
            socket.create_connection((parts.hostname, parts.port), timeout=PROBE_S).close()
        else:
            urllib.request.urlopen(url, timeout=PROBE_S).close()  # noqa: S310 (our own URL)
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except OSError:
        return False
    return True


@contextmanager
def interrupt_on_signals() -> Iterator[None]:
    """Inside the block STOP_SIGNALS raise KeyboardInterrupt, so that `with` blocks clean up."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
