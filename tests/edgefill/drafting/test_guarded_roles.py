"""Circuit breakers around the roles of the miss path."""

from __future__ import annotations

import pytest

from edgefill.core.cases import CaseSpec
from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import EngineUnavailable, JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.guarded_roles import guard_roles
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import ScriptedJudge, Verdict
from edgefill.judging.verdict import JUDGE_DEADLINE_S

KEY = parse_key("greeting/en/any")
EXPERIENCE = Experience(id="greeting", version="1", format="text", slots=(), cases=CaseSpec())
ORDER = GenerationOrder(prompt="", format="text")


class FlakyJudge:
    """Is down while `is_down`."""

    version = "7"

    def __init__(self) -> None:
        self.is_down = True

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        if self.is_down:
            raise JudgeUnavailable("down")
        return ScriptedJudge().judge(text, key=key, experience=experience)


def make_breaker() -> CircuitBreaker:
    return CircuitBreaker(tick=lambda: 0.0, cooldown_s=10)


def test_a_judge_that_fails_opens_its_breaker_until_it_answers() -> None:
    """Only the judge's; the verdict and the version pass through."""
    judge, writers, breaker = FlakyJudge(), make_breaker(), make_breaker()
    roles = guard_roles(DraftingRoles(writer=ScriptedGenerator([]), judge=judge), writers, breaker)
    with pytest.raises(JudgeUnavailable):
        roles.judge.judge("x", key=KEY, experience=EXPERIENCE)
    assert (breaker.remaining_s(), writers.remaining_s()) == (10, 0)
    judge.is_down = False
    assert roles.judge.judge("x", key=KEY, experience=EXPERIENCE).outcome == "pass"
    assert (breaker.remaining_s(), roles.judge.version) == (0, "7")


def test_writer_and_reviser_share_a_breaker() -> None:
    """They are one service."""
    writers, dead = make_breaker(), ScriptedGenerator([EngineUnavailable("gone")])
    roles = guard_roles(
        DraftingRoles(writer=dead, reviser=ScriptedGenerator(["x"])), writers, make_breaker()
    )
    with pytest.raises(EngineUnavailable):
        roles.writer.generate(ORDER, deadline_s=5)
    assert roles.reviser is not None
    with pytest.raises(EngineUnavailable, match="circuit breaker open"):
        roles.reviser.generate(ORDER, deadline_s=5)


def test_a_role_that_is_left_out_stays_out() -> None:
    """No reviser, no guard."""
    roles = guard_roles(DraftingRoles(writer=ScriptedGenerator([])), make_breaker(), make_breaker())
    assert roles.reviser is None
