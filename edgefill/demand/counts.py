"""DemandCounts: how often each key was missed; batches draft the most demanded keys."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from edgefill.demand.table import DemandTable, build_row_key

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_S = 86_400
RETENTION_DAYS = 14
# Partitions per day; each one accepts 1,000 writes/s.
SHARDS = 8


class DemandCounts(Protocol):
    """Demand by key and UTC day; StoreUnavailable when it cannot be reached."""

    def add(self, key: str) -> None:
        """Count one request for `key`."""
        ...

    def list_top(self, most: int, *, days: int = 7) -> list[tuple[str, int]]:
        """List the `most` demanded keys of the last `days`, including today; ties by name."""
        ...


class MemoryDemandCounts:
    """Counts of one process, for tests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._days: dict[int, Counter[str]] = {}
        self._lock = threading.Lock()

    def add(self, key: str) -> None:
        """See Counts."""
        with self._lock:
            self._days.setdefault(_day_of(self._clock()), Counter())[key] += 1

    def list_top(self, most: int, *, days: int = 7) -> list[tuple[str, int]]:
        """See Counts."""
        today = _day_of(self._clock())
        with self._lock:
            recent = [hits for day, hits in self._days.items() if today - days < day]
            return _rank(sum(recent, Counter()), most)


class DynamoDemandCounts:
    """Counts of a whole deployment, stored for RETENTION_DAYS."""

    def __init__(self, table: DemandTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def add(self, key: str) -> None:
        """See Counts."""
        day = _day_of(self._clock())
        shard = hashlib.sha256(key.encode()).digest()[0] % SHARDS
        self._table.update(
            build_row_key(f"count#{day}#{shard}", key),
            "ADD hits :one SET expires = :expires",
            values={":one": {"N": "1"}, ":expires": {"N": str((day + RETENTION_DAYS) * DAY_S)}},
        )

    def list_top(self, most: int, *, days: int = 7) -> list[tuple[str, int]]:
        """See Counts."""
        today, hits = _day_of(self._clock()), Counter[str]()
        for day in range(today - days + 1, today + 1):
            for shard in range(SHARDS):
                for row in self._table.list_rows(f"count#{day}#{shard}"):
                    hits[row["sk"]["S"]] += int(row["hits"]["N"])
        return _rank(hits, most)


def _day_of(now: float) -> int:
    return int(now // DAY_S)


def _rank(hits: Counter[str], most: int) -> list[tuple[str, int]]:
    return sorted(hits.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
