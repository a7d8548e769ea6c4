"""Restarts: how long a part that ended waits before it starts again, and when that is too often."""

from __future__ import annotations

from collections import defaultdict

FIRST_DELAY_S = 0.5  # seconds before the first restart; each further one waits twice as long ...
MAX_DELAY_S = 30.0  # ... up to this
WINDOW_S = 60.0  # seconds
MAX_RESTARTS = 5  # restarts of one part within WINDOW


class RestartPolicy:
    """Remembers when each part ended."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, list[float]] = defaultdict(list)

    def record_end(self, name: str, now: float) -> float | None:
        """Seconds until `name` may start again; None when it ended too often of late."""
        ends = [end for end in self._ends[name] if now - end < WINDOW_S]
        self._ends[name] = [*ends, now]
        return (
            min(FIRST_DELAY_S * 2 ** len(ends), MAX_DELAY_S) if len(ends) < MAX_RESTARTS else None
        )
