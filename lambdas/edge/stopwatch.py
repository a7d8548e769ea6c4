"""A stopwatch for the stages of one request."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Stopwatch:
    """`laps` maps each stage to its milliseconds, in the order they ended."""

    def __init__(self, tick: Callable[[], float]) -> None:
        self._tick = tick
        self._last = tick()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage: it took from the last lap until now."""
        now = self._tick()
        self.laps[stage] = (now - self._last) * 1000
        self._last = now
