"""Decides how long a process that ended waits before its restart, and when to give up."""

from __future__ import annotations

from collections import defaultdict

# The delay doubles with each further restart, up to MAX_DELAY_S.
FIRST_DELAY_S = 0.5
MAX_DELAY_S = 30.0
WINDOW_S = 60.0
MAX_RESTARTS = 5  # restarts of one process within WINDOW_S


class RestartPolicy:
    """Remembers when each process ended."""

    def __init__(self) -> None:
        self._ends: defaultdict[str, list[float]] = defaultdict(list)

    def record_end(self, name: str, now: float) -> float | None:
        """Record that the process `name` ended at `now` (seconds of a monotonic clock).

        Returns the seconds until its restart; None when it ended more than MAX_RESTARTS times
        within WINDOW_S.
        """
        ends = [end for end in self._ends[name] if now - end < WINDOW_S]
        self._ends[name] = [*ends, now]
        return (
            min(FIRST_DELAY_S * 2 ** len(ends), MAX_DELAY_S) if len(ends) < MAX_RESTARTS else None
        )
