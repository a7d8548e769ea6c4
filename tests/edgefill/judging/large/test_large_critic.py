"""A large critic advises: its faults are for the reviser."""

from __future__ import annotations

import json

import pytest

from edgefill.chat import ScriptedChat
from edgefill.core.errors import EngineUnavailable, JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.judging import Verdict
from edgefill.judging.large import LargeCritic
from tests.edgefill.judging.conftest import KEY
from tests.edgefill.judging.large.conftest import TEXT, MakeReview


def criticise(
    chat: ScriptedChat, make_review: MakeReview, experience: Experience, text: str = TEXT
) -> Verdict:
    critic = LargeCritic(chat=chat, review=make_review("critic.j2"))
    return critic.judge(text, key=KEY, experience=experience)


def test_faults_become_the_reason(make_review: MakeReview, greeting: Experience) -> None:
    faults = ["'on its way' is idle: say when", "no greeting"]
    chat = ScriptedChat([json.dumps({"faults": faults, "fluency": 0.4})])
    verdict = criticise(chat, make_review, greeting)
    assert (verdict.outcome, verdict.role, verdict.probability) == ("fail", "critic", 0.4)
    assert verdict.reason == "; ".join(faults)


def test_a_fluent_text_passes(make_review: MakeReview, greeting: Experience) -> None:
    chat = ScriptedChat([json.dumps({"faults": [], "fluency": 0.8})])
    verdict = criticise(chat, make_review, greeting)
    assert (verdict.outcome, verdict.reason) == ("pass", "reads well")


@pytest.mark.parametrize(
    "reply",
    [
        "It reads well.",
        json.dumps({"faults": "none", "fluency": 1}),
        json.dumps({"faults": ["x"] * 6, "fluency": 0.1}),
        json.dumps({"faults": [1], "fluency": 0.1}),
        json.dumps({"faults": [], "fluency": 0.1}),
        json.dumps({"faults": [], "fluency": 2}),
    ],
)
def test_an_answer_that_is_none_leaves_the_text_unscored(
    make_review: MakeReview, greeting: Experience, reply: str
) -> None:
    """A low fluency without a fault contradicts itself."""
    verdict = criticise(ScriptedChat([reply]), make_review, greeting)
    assert (verdict.outcome, verdict.probability) == ("unscored", None)


def test_an_empty_text_needs_no_model(make_review: MakeReview, greeting: Experience) -> None:
    verdict = criticise(ScriptedChat([]), make_review, greeting, "")
    assert (verdict.outcome, verdict.probability) == ("fail", 0.0)


def test_a_critic_that_is_down_is_unavailable(
    make_review: MakeReview, greeting: Experience
) -> None:
    with pytest.raises(JudgeUnavailable):
        criticise(ScriptedChat([EngineUnavailable("down")]), make_review, greeting)
