"""A breaker: what has just failed is left alone for a while, then tried by one and not by all."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class CircuitBreaker:
    """`tick` is a monotonic clock in seconds; safe to share between threads.

    After a failure nobody is admitted for `cooldown_s`, then one a cooldown until one succeeds.
    """

    __slots__ = ("_cooldown_s", "_failed", "_guard", "_tick", "_until")

    def __init__(self, *, tick: Callable[[], float], cooldown_s: float) -> None:
        self._tick = tick
        self._cooldown_s = cooldown_s
        self._failed = False
        self._until = 0.0
        self._guard = allocate_lock()

    def remaining_s(self) -> float:
        """Seconds for which nobody is admitted."""
        return max(0.0, self._until - self._tick()) if self._failed else 0.0

    def admit(self) -> bool:
        """Whether the caller may try; it then says how that ended."""
        if not self._failed:
            return True
        with self._guard:
            if self.remaining_s():
                return False
            self._until = self._tick() + self._cooldown_s
            return True

    def record_failure(self) -> None:
        """It did not answer."""
        with self._guard:
            self._failed = True
            self._until = self._tick() + self._cooldown_s

    def record_success(self) -> None:
        """It answered, whatever it said."""
        self._failed = False
