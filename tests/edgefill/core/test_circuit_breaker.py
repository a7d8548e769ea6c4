"""The circuit breaker, with a clock that the tests move."""

from __future__ import annotations

from edgefill.core.circuit_breaker import CircuitBreaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_all_are_admitted_until_it_fails() -> None:
    """And again once it has succeeded."""
    breaker = CircuitBreaker(tick=Clock(), cooldown_s=5)
    assert [breaker.admit(), breaker.admit(), breaker.remaining_s()] == [True, True, 0]
    breaker.record_failure()
    assert [breaker.admit(), breaker.remaining_s()] == [False, 5]
    breaker.record_success()
    assert [breaker.admit(), breaker.remaining_s()] == [True, 0]


def test_after_the_cooldown_one_call_is_admitted() -> None:
    """If it records no result, another is admitted one cooldown later."""
    clock = Clock()
    breaker = CircuitBreaker(tick=clock, cooldown_s=5)
    breaker.record_failure()
    for _ in range(2):
        clock.now += 5
        assert breaker.remaining_s() == 0
        assert [breaker.admit(), breaker.admit()] == [True, False]
