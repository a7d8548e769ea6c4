"""The memory of a process and all its descendants, from Linux's /proc."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

PROC = Path("/proc")
PERIOD_S = 0.5


class MemoryWatch:
    """Samples the memory of `pid` and its descendants until `stop`; `peak_bytes` is the most.

    None if it cannot be read. Memory that processes share is counted once (PSS).
    """

    def __init__(self, pid: int, *, proc: Path = PROC, period_s: float = PERIOD_S) -> None:
        self._pid = pid
        self._proc = proc
        self._period_s = period_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample_until_end, daemon=True)
        self.peak_bytes: int | None = None
        self._thread.start()

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self._thread.join()

    def _sample_until_end(self) -> None:
        while not self._ended.wait(self._period_s):
            now = measure_tree(self._pid, self._proc)
            if now is not None:
                self.peak_bytes = max(now, self.peak_bytes or 0)


def measure_tree(pid: int, proc: Path = PROC) -> int | None:
    """The bytes of a process and its descendants; None if none of them can be read."""
    sizes = [size for each in list_tree(pid, proc) if (size := _read_pss(proc / str(each)))]
    return sum(sizes) if sizes else None


def list_tree(pid: int, proc: Path = PROC) -> list[int]:
    """The process and all its descendants that run now."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in proc.glob("[0-9]*"):
        if (parent := _read_parent(folder)) is not None:
            children[parent].append(int(folder.name))
    found = [pid]
    for each in found:
        found += children[each]
    return found


def _read_parent(folder: Path) -> int | None:
    """The parent's id; the second word after the command, which may contain anything."""
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def _read_pss(folder: Path) -> int:
    """The proportional set size in bytes; 0 for a process that has ended."""
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
