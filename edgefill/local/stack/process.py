"""Runs one process of the stack in its own process group, which ends when its parent ends."""

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
from pathlib import Path

from edgefill.local.stack.log import StackLog

# prctl(2): the signal that a process gets when the thread that started it ends
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """The command of one process and how to tell that it is ready.

    `ready` is an http:// URL that answers with a status below 500, a tcp:// address that accepts
    connections, or None for a process that is ready as soon as it runs. With `inherits_environment`
    the variables are added to those of this process; otherwise there are no others.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None
    ready_within_s: float = 60
    inherits_environment: bool = True
    folder: Path | None = None  # where it runs; None: where this process runs


class ManagedProcess:
    """A running process.

    Start it in a thread that lives as long as the process should: the process is killed when that
    thread ends (prctl(2)).
    """

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self._copier: threading.Thread | None = None
        self._popen = subprocess.Popen(
            spec.command,
            env=_build_environment(spec),
            cwd=spec.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_make_death_hook(os.getpid()),  # noqa: PLW1509 (it only calls prctl)
        )

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while the process runs."""
        return self._popen.poll()

    def copy_output(self, log: StackLog) -> None:
        """Copy the output to `log`, line by line, in a thread until the process ends."""
        self._copier = threading.Thread(target=self._copy_lines, args=(log,), daemon=True)
        self._copier.start()

    def _copy_lines(self, log: StackLog) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as output:
            for line in output:
                log.write_line(self.spec.name, line.decode(errors="replace").rstrip())

    def send_signal(self, number: int) -> None:
        """Send a signal to the whole process group, if it still exists."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def signal_leader(self, number: int) -> None:
        """Send a signal to the first process only, as to a container, if it still runs."""
        self._popen.send_signal(number)

    def wait(self, within_s: float) -> bool:
        """Whether the first process ends within `within_s` seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(within_s)
        return self.status is not None

    def wait_or_kill(self, grace_s: float) -> None:
        """Wait `grace_s` seconds for the process to end after SIGTERM, then kill its group."""
        self.wait(grace_s)
        self.send_signal(signal.SIGKILL)
        self._popen.wait()
        if self._copier:
            self._copier.join(1)


def _build_environment(spec: ProcessSpec) -> dict[str, str]:
    if not spec.inherits_environment:
        return dict(spec.environment)
    return {**os.environ, "PYTHONUNBUFFERED": "1", **spec.environment}


def _make_death_hook(parent: int) -> Callable[[], None] | None:
    """A function for the child to call first, so that it ends when its parent is killed.

    None on systems other than Linux.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def kill_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before prctl was called
            os._exit(1)

    return kill_with_parent
