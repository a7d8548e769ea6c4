"""A circuit breaker: pauses calls after a failure, then lets one call at a time try again."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class CircuitBreaker:
    """`tick` is a monotonic clock in seconds; safe to share between threads.

    After a failure no call is admitted for `cooldown_s`, then one per cooldown until one succeeds.
    """

    __slots__ = ("_cooldown_s", "_failed", "_guard", "_tick", "_until")

    def __init__(self, *, tick: Callable[[], float], cooldown_s: float) -> None:
        self._tick = tick
        self._cooldown_s = cooldown_s
        self._failed = False
        self._until = 0.0
        self._guard = allocate_lock()

    def remaining_s(self) -> float:
        """Seconds until the next call is admitted."""
        return max(0.0, self._until - self._tick()) if self._failed else 0.0

    def admit(self) -> bool:
        """Whether the caller may call; it must then record a failure or a success."""
        if not self._failed:
            return True
        with self._guard:
            if self.remaining_s():
                return False
            self._until = self._tick() + self._cooldown_s
            return True

    def record_failure(self) -> None:
        """Record that the call got no answer."""
        with self._guard:
            self._failed = True
            self._until = self._tick() + self._cooldown_s

    def record_success(self) -> None:
        """Record that the call got an answer, whatever its content."""
        self._failed = False
