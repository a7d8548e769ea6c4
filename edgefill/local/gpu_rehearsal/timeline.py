"""The events of a rehearsal with their seconds since its start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """Something that happened `seconds` after the start."""

    seconds: float
    text: str


class Timeline:
    """Collects events from several threads; `on_event` is called with each."""

    def __init__(
        self,
        on_event: Callable[[TimelineEvent], None] = lambda _: None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.events: list[TimelineEvent] = []
        self._on_event = on_event
        self._clock = clock
        self._start = clock()
        self._lock = threading.Lock()

    def record(self, text: str) -> None:
        """Add an event that happens now."""
        with self._lock:
            event = TimelineEvent(seconds=round(self._clock() - self._start, 1), text=text)
            self.events.append(event)
            self._on_event(event)
