"""A clock that people and tests can move forward."""

from __future__ import annotations

import time
from collections.abc import Callable


class AdjustableClock:
    """Seconds since 1970 as `base` has them, plus all that it was advanced by."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self.offset = 0.0

    def __call__(self) -> float:
        return self._base() + self.offset

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; ValueError for a negative number."""
        if not seconds >= 0:
            raise ValueError(f"a clock goes forward only, not by {seconds:g} seconds")
        self.offset += seconds
