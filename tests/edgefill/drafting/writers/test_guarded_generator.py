"""GuardedGenerator: which orders an unresponsive service pauses."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.guarded_generator import GuardedGenerator
from edgefill.drafting.writers.scripted import ScriptedGenerator

VISITOR = GenerationOrder(prompt="write", format="text")
BATCH = GenerationOrder(prompt="write", format="text", lane="batch")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def guarded(*answers: Any) -> tuple[GuardedGenerator, ScriptedGenerator, Clock]:
    script, clock = ScriptedGenerator(answers), Clock()
    return GuardedGenerator(script, CircuitBreaker(tick=clock, cooldown_s=10)), script, clock


@pytest.mark.parametrize("failure", [EngineTimeout("slow"), EngineUnavailable("gone")])
def test_no_answer_pauses_the_next_visitors(failure: GenerationError) -> None:
    """They are refused at once, until one may try again; its success closes the breaker."""
    service, script, clock = guarded(failure, "a", "b")
    for _ in range(3):
        with pytest.raises(GenerationError):
            service.generate(VISITOR, deadline_s=5)
    assert len(script.orders) == 1
    clock.now += 10
    assert [service.generate(VISITOR, deadline_s=5).text for _ in range(2)] == ["a", "b"]


def test_the_refusal_says_when_to_retry() -> None:
    """In whole seconds."""
    service, _, clock = guarded(EngineUnavailable("gone"))
    with pytest.raises(EngineUnavailable, match="gone"):
        service.generate(VISITOR, deadline_s=5)
    clock.now += 6.5
    with pytest.raises(EngineUnavailable, match="circuit breaker open") as error:
        service.generate(VISITOR, deadline_s=5)
    assert error.value.retry_after == 4


@pytest.mark.parametrize(
    ("failure", "deadline_s"),
    [
        (EngineBusy("full"), 5),
        (EngineUnavailable("starting", cold=True), 5),
        (InvalidEngineOutput("???"), 5),
        (EngineTimeout("hardly any time"), 0.2),
    ],
)
def test_an_error_response_is_an_answer(failure: GenerationError, deadline_s: float) -> None:
    """A visitor's own short deadline does not count as a failure either."""
    service, _, _ = guarded(failure, "a")
    with pytest.raises(type(failure)):
        service.generate(VISITOR, deadline_s=deadline_s)
    assert service.generate(VISITOR, deadline_s=5).text == "a"


def test_batch_orders_pass_an_open_breaker() -> None:
    """No visitor waits for a batch order; its success closes the breaker."""
    service, _, _ = guarded(EngineTimeout("slow"), "a", "b")
    with pytest.raises(EngineTimeout):
        service.generate(VISITOR, deadline_s=5)
    assert service.generate(BATCH, deadline_s=5).text == "a"
    assert service.generate(VISITOR, deadline_s=5).text == "b"
