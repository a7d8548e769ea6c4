"""A preference counts only if it survives the exchange of places."""

from __future__ import annotations

import json

import pytest

from edgefill.chat import ChatOrder, ScriptedChat
from edgefill.core.errors import EngineTimeout, JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.judging.large import PairwiseJudge, Preference
from tests.edgefill.judging.conftest import KEY
from tests.edgefill.judging.large.conftest import MakeReview

GOOD, BAD = "Hello {{ name }}.", "Hello of {{ name }}."


def prefer(place: str) -> str:
    return json.dumps({"reason": "It is complete.", "better": place})


def choose_good(order: ChatOrder) -> str:
    """Name the place of the good text."""
    first = order.prompt.split("-----BEGIN FIRST TEXT-----\n")[1].splitlines()[0]
    return prefer("first" if json.loads(first) == GOOD else "second")


def compare(
    chat: ScriptedChat, make_review: MakeReview, experience: Experience, a: str, b: str
) -> Preference:
    judge = PairwiseJudge(chat=chat, review=make_review("compare.j2"))
    return judge.choose_better(a, b, key=KEY, experience=experience)


@pytest.mark.parametrize(("a", "b", "better"), [(GOOD, BAD, "a"), (BAD, GOOD, "b")])
def test_a_consistent_preference_decides(
    make_review: MakeReview, greeting: Experience, a: str, b: str, better: str
) -> None:
    preference = compare(ScriptedChat(choose_good), make_review, greeting, a, b)
    assert (preference.better, preference.reason) == (better, "It is complete.")


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ([prefer("first"), prefer("first")], "depends on the texts' order"),
        ([prefer("second"), prefer("second")], "depends on the texts' order"),
        ([prefer("first"), prefer("tie")], "depends on the texts' order"),
        ([prefer("tie"), prefer("tie")], "It is complete."),
        ([prefer("first"), "The second."], "cannot be read"),
        ([prefer("both")], "better is 'both'"),
    ],
)
def test_anything_else_is_a_tie(
    make_review: MakeReview, greeting: Experience, replies: list[str], reason: str
) -> None:
    """An inconsistent model, one that sees no difference, and one that answers prose."""
    preference = compare(ScriptedChat(replies), make_review, greeting, GOOD, BAD)
    assert preference.better == "tie"
    assert reason in preference.reason


@pytest.mark.parametrize(("a", "b", "better"), [("", GOOD, "b"), (GOOD, "", "a"), ("", "", "tie")])
def test_a_text_that_cannot_be_a_message_loses_without_the_model(
    make_review: MakeReview, greeting: Experience, a: str, b: str, better: str
) -> None:
    preference = compare(ScriptedChat([]), make_review, greeting, a, b)
    assert (preference.better, preference.reason) == (better, "the text says nothing")


def test_a_model_that_does_not_answer_is_an_unavailable_judge(
    make_review: MakeReview, greeting: Experience
) -> None:
    with pytest.raises(JudgeUnavailable):
        compare(ScriptedChat([EngineTimeout("late")]), make_review, greeting, GOOD, BAD)
