"""The supervisor: starts parts together, waits until each serves, stops all of them."""

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

from edgefill.core.errors import EdgefillError
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ManagedProcess, ProcessSpec
from edgefill.local.stack.restarts import RestartPolicy

POLL_S = 0.05  # seconds
GRACE_S = 5.0  # seconds between SIGTERM and SIGKILL
# SIGINT too: a shell script's background job is started with it ignored.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProcessFailed(EdgefillError):
    """A part ended, or did not serve in time; the text holds its last lines."""


class Supervisor:
    """Parts by name; leaving the `with` block stops all of them, whatever happened."""

    def __init__(
        self,
        log: StackLog,
        *,
        grace: float = GRACE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._log = log
        self._grace = grace
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
        """Start `parts` at once and wait until all serve; PartFailed."""
        started = [ManagedProcess(part) for part in specs]  # all before any thread: they fork
        for process in started:
            self._running[process.spec.name] = process
        for process in started:
            process.copy_output(self._log)
        waiting = {process.spec.name: time.monotonic() for process in started}
        while waiting:
            for name, since in list(waiting.items()):
                if self._is_ready(self._running[name], since):
                    del waiting[name]
                    if on_ready:
                        on_ready(name)
            time.sleep(POLL_S)

    def stop(self, *names: str) -> None:
        """Stop the named parts, or all: SIGTERM to each group, SIGKILL to what stays."""
        ending = [self._running.pop(name) for name in names or list(self._running)]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        for process in ending:
            process.wait_or_kill(self._grace)

    def watch(
        self,
        until: threading.Event | None = None,
        *,
        on_restart: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Until `until` is set, start again whatever ends; PartFailed when it ends too often."""
        restarts = RestartPolicy()
        while not (until and until.is_set()):
            for process in list(self._running.values()):
                if process.status is not None:
                    self._restart(process, restarts, on_restart)
            time.sleep(POLL_S)

    def _restart(
        self, process: ManagedProcess, restarts: RestartPolicy, on_restart: Callable[[str], None]
    ) -> None:
        name, what = process.spec.name, f"ended with status {process.status}"
        delay = restarts.record_end(name, self._clock())
        if delay is None:
            raise self._make_failure(process, f"{what} again and again")
        self._log.write_line(name, f"{what}; it starts again in {delay:g} s")
        self._sleep(delay)
        try:
            self.start([process.spec])
        except ProcessFailed as error:
            self._log.write_line(name, str(error).partition(";")[0])
        else:
            self._log.write_line(name, "serves again")
            on_restart(name)

    def list_pids(self) -> dict[str, int]:
        """The process id of each running part."""
        return {name: process.pid for name, process in self._running.items()}

    def _is_ready(self, process: ManagedProcess, since: float) -> bool:
        if process.status is not None:
            raise self._make_failure(
                process, f"ended with status {process.status} before it served"
            )
        if process.spec.ready is None or is_serving(process.spec.ready):
            return True
        if time.monotonic() - since > process.spec.ready_within_s:
            raise self._make_failure(
                process, f"does not serve after {process.spec.ready_within_s:g} s"
            )
        return False

    def _make_failure(self, process: ManagedProcess, what: str) -> ProcessFailed:
        name = process.spec.name
        return ProcessFailed(f"{name} {what}; its last lines:\n{self._log.read_last_lines(name)}")


def is_serving(url: str) -> bool:
    """Whether a tcp:// address accepts, or an http:// URL answers below 500."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "tcp":
            socket.create_connection((parts.hostname, parts.port), timeout=1).close()
        else:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own URL)
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except OSError:
        return False
    return True


@contextmanager
def interrupt_on_signals() -> Iterator[None]:
    """Within, ENDING signals raise KeyboardInterrupt, so that everything is stopped."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
