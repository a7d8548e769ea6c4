"""GuardedGenerator: a service that does not answer costs one visitor the wait, not everyone."""

from __future__ import annotations

from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import EngineTimeout, EngineUnavailable, GenerationError
from edgefill.drafting.generator import Draft, GenerationOrder, Generator

FAIR_DEADLINE_S = 1.0  # a service that was given less has not failed


class GuardedGenerator:
    """Refuses visitors' orders while the breaker rests; batch orders are never spared."""

    def __init__(self, generator: Generator, breaker: CircuitBreaker) -> None:
        self._generator = generator
        self._breaker = breaker

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """See Generator; EngineUnavailable at once while the service is left alone."""
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
    """The refusal, with when to ask again."""
    retry_after = int(breaker.remaining_s()) + 1
    return EngineUnavailable("the model has just failed and is left alone", retry_after=retry_after)


def _is_silent(error: GenerationError, deadline_s: float) -> bool:
    """Whether nobody answered: a busy or cold service does, and so does one that talks rubbish."""
    if isinstance(error, EngineTimeout):
        return deadline_s >= FAIR_DEADLINE_S
    return isinstance(error, EngineUnavailable) and not error.cold
