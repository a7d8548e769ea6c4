"""GuardedGenerator: sends the model no orders for a while after a failed one (circuit breaker)."""

from __future__ import annotations

from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import EngineTimeout, EngineUnavailable, GenerationError
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Generator

# A timeout after less time is not a failure of the service.
FAIR_DEADLINE_S = 1.0


class GuardedGenerator:
    """Refuses visitors' orders while the breaker is open; batch orders always pass."""

    def __init__(self, generator: Generator, breaker: CircuitBreaker) -> None:
        self._generator = generator
        self._breaker = breaker

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """See Generator; EngineUnavailable at once while the breaker is open."""
        if order.lane == "interactive" and not self._breaker.admit():
            raise build_open_error(self._breaker)
        try:
            draft = self._generator.generate(order, deadline_s=deadline_s)
        except GenerationError as error:
            if _is_silent(error, deadline_s):
                self._breaker.record_failure()
            elif not isinstance(error, EngineTimeout):
                self._breaker.record_success()
            raise
        self._breaker.record_success()
        return draft


def build_open_error(breaker: CircuitBreaker) -> EngineUnavailable:
    """Return the refusal of an open breaker, with the seconds after which to retry."""
    retry_after = int(breaker.remaining_s()) + 1
    message = "the model failed recently; requests are paused (circuit breaker open)"
    return EngineUnavailable(message, retry_after=retry_after)


def _is_silent(error: GenerationError, deadline_s: float) -> bool:
    """Whether the service did not answer; busy, cold and invalid answers are answers."""
    if isinstance(error, EngineTimeout):
        return deadline_s >= FAIR_DEADLINE_S
    return isinstance(error, EngineUnavailable) and not error.cold
