"""Processes: one part of the stack, in a process group of its own that dies with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from edgefill.local.stack.log import StackLog

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that a process gets when its parent's thread ends


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """What to run and how to see that it serves.

    `ready` is an http:// URL that answers below 500 once the part serves, a tcp:// address that
    accepts, or None for a part that is ready as soon as it runs.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None
    ready_within_s: float = 60  # seconds


class ManagedProcess:
    """A running part. Begin it in a thread that lives as long as it should (see prctl(2))."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self._copier: threading.Thread | None = None
        self._popen = subprocess.Popen(
            spec.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **spec.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_make_death_hook(os.getpid()),  # noqa: PLW1509 (it only calls prctl)
        )

    @property
    def pid(self) -> int:
        """The process id, which is its group's id too."""
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._popen.poll()

    def copy_output(self, log: StackLog) -> None:
        """Copy its output to `log`, line by line, until it ends."""
        self._copier = threading.Thread(target=self._copy_lines, args=(log,), daemon=True)
        self._copier.start()

    def _copy_lines(self, log: StackLog) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as output:
            for line in output:
                log.write_line(self.spec.name, line.decode(errors="replace").rstrip())

    def send_signal(self, number: int) -> None:
        """Send a signal to the whole group, if any of it is left."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def wait_or_kill(self, grace: float) -> None:
        """Wait `grace` seconds for the end that SIGTERM began, then kill what is left."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(grace)
        self.send_signal(signal.SIGKILL)
        self._popen.wait()
        if self._copier:
            self._copier.join(1)


def _make_death_hook(parent: int) -> Callable[[], None] | None:
    """What a child does first, so that it does not outlive a parent that is killed (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the tie
            os._exit(1)

    return tie
