"""A full disk, as far as an unprivileged user can cause one.

No process of the stack may write a byte to a file while the fault lasts: RLIMIT_FSIZE is 0
(prlimit(2); Python ignores SIGXFSZ). Writes fail with EFBIG, where a full disk gives ENOSPC; a file
can still be created, as on a disk that has inodes left. Sockets and pipes are not affected.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class FullDisk:
    """Limits the files of the processes that `list_processes` names at the time."""

    list_processes: Callable[[], Iterable[int]]
    name: str = "full-disk"
    part: str = "disk"
    lasts: bool = True
    _limits: dict[int, tuple[int, int]] = field(default_factory=dict)

    def inject(self) -> None:
        """Let no process write to a file."""
        for pid in self.list_processes():
            try:
                soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
            except ProcessLookupError:
                continue
            self._limits[pid] = soft, hard

    def mend(self) -> None:
        """Restore the limits of the processes that still run."""
        for pid, limits in self._limits.items():
            try:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
            except ProcessLookupError:
                continue
        self._limits.clear()
