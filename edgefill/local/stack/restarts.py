"""Restarts: how long a part that ended waits before it starts again, and when that is too often."""

from __future__ import annotations

from collections import defaultdict

FIRST = 0.5  # seconds before the first restart; each further one waits twice as long ...
LONGEST = 30.0  # ... up to this
WINDOW = 60.0  # seconds
MOST = 5  # restarts of one part within WINDOW


class Restarts:
    """Remembers when each part ended."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, list[float]] = defaultdict(list)

    def delay(self, name: str, now: float) -> float | None:
        """Seconds until `name` may start again; None when it ended too often of late."""
        ends = [end for end in self._ends[name] if now - end < WINDOW]
        self._ends[name] = [*ends, now]
        return min(FIRST * 2 ** len(ends), LONGEST) if len(ends) < MOST else None
