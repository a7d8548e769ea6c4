"""Faults of one process: killed (its supervisor restarts it), or stopped and resumed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from edgefill.local.chaos.faults.fault import wait_until

ListPids = Callable[[], Mapping[str, int]]


@dataclass(slots=True, kw_only=True)
class KillProcess:
    """SIGKILL to a whole process group; it is mended when the supervisor has it ready again."""

    name: str
    part: str
    list_pids: ListPids
    is_ready: Callable[[str], bool]
    lasts: bool = False
    _killed: int = 0

    def inject(self) -> None:
        """Kill the process."""
        self._killed = self.list_pids()[self.part]
        os.killpg(self._killed, signal.SIGKILL)

    def mend(self) -> None:
        """Wait until another process serves in its place; FaultFailed."""
        wait_until(
            lambda: self.list_pids()[self.part] != self._killed and self.is_ready(self.part),
            f"{self.part} is restarted",
        )


@dataclass(slots=True, kw_only=True)
class StopProcess:
    """SIGSTOP to a whole process group, which then accepts connections and never answers."""

    name: str
    part: str
    list_pids: ListPids
    lasts: bool = True
    _stopped: int = field(default=0)

    def inject(self) -> None:
        """Stop the process."""
        self._stopped = self.list_pids()[self.part]
        os.killpg(self._stopped, signal.SIGSTOP)

    def mend(self) -> None:
        """Let the process go on."""
        os.killpg(self._stopped, signal.SIGCONT)
