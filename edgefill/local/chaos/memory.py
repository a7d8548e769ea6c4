"""MemorySampler: the resident memory of every process of the stack, from /proc (Linux).

Growth is the median of the last third of a process's samples minus that of the first third, where
the samples of its first seconds are left out, because imports and first requests fill memory.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
EVERY_S = 1.0
WARM_UP_S = 20.0
FEWEST_SAMPLES = 15  # after the warm-up; a process that lived for less is not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryGrowth:
    """How the memory of one process changed; `samples` are seconds that count."""

    name: str
    first_bytes: int
    last_bytes: int
    samples: int

    @property
    def bytes(self) -> int:
        """How much more the process holds at the end."""
        return self.last_bytes - self.first_bytes


class MemorySampler:
    """Samples the process groups that `list_pids` names, once a second, inside a `with` block."""

    def __init__(self, list_pids: Callable[[], Mapping[str, int]]) -> None:
        self._list_pids = list_pids
        self._samples: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True, name="memory")

    def __enter__(self) -> MemorySampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def list_growth(self) -> list[MemoryGrowth]:
        """The largest growth of each name's processes that lived long enough, by name."""
        largest: dict[str, MemoryGrowth] = {}
        for (name, _), samples in sorted(self._samples.items()):
            growth = measure_growth(name, samples[int(WARM_UP_S / EVERY_S) :])
            if growth and (name not in largest or growth.bytes > largest[name].bytes):
                largest[name] = growth
        return list(largest.values())

    def _sample(self) -> None:
        while not self._stopped.wait(EVERY_S):
            for name, pid in self._list_pids().items():
                if size := sum(map(read_resident_bytes, list_group(pid))):
                    self._samples[name, pid].append(size)


def measure_growth(name: str, samples: Sequence[int]) -> MemoryGrowth | None:
    """The growth over the samples of one process; None for fewer than FEWEST_SAMPLES."""
    if len(samples) < FEWEST_SAMPLES:
        return None
    third = len(samples) // 3
    return MemoryGrowth(
        name=name,
        first_bytes=int(median(samples[:third])),
        last_bytes=int(median(samples[-third:])),
        samples=len(samples),
    )


def list_group(leader: int) -> Iterator[int]:
    """The ids of all processes of the group whose leader is `leader`."""
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            if os.getpgid(pid) == leader:
                yield pid
        except ProcessLookupError:
            continue


def read_resident_bytes(pid: int) -> int:
    """The resident memory of one process; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[1]) * PAGE_BYTES
