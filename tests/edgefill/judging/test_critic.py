"""The small critic says how fluent a text is, and never decides."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.experience import Experience
from edgefill.core.value import replace
from edgefill.judging.critic import SmallCritic
from edgefill.judging.model import parse_model
from tests.edgefill.judging.conftest import KEY


@pytest.fixture
def critic(model_data: dict[str, Any]) -> SmallCritic:
    return SmallCritic(model=parse_model(model_data), max_surprise=2.5)


def test_accepted_sentences_are_fluent(critic: SmallCritic, greeting: Experience) -> None:
    verdict = critic.judge("Your order is on its way.", key=KEY, experience=greeting)
    assert (verdict.outcome, verdict.role, verdict.version) == ("pass", "critic", "tested")
    assert verdict.probability is None


def test_the_most_surprising_sentence_is_named(critic: SmallCritic, greeting: Experience) -> None:
    text = "Your order is on its way. Way its salad xylophones."
    verdict = critic.judge(text, key=KEY, experience=greeting)
    assert verdict.outcome == "fail"
    assert verdict.reason.startswith('"way its salad xylophones." surprises most: log-probability')


def test_an_untaught_locale_is_left_unscored(critic: SmallCritic, greeting: Experience) -> None:
    verdict = critic.judge("Bonjour.", key=replace(KEY, locale="fr"), experience=greeting)
    assert (verdict.outcome, verdict.reason) == ("unscored", "locale fr was not taught")


def test_a_megabyte_is_left_unscored(critic: SmallCritic, greeting: Experience) -> None:
    verdict = critic.judge("Hello. " * 150_000, key=KEY, experience=greeting)
    assert verdict.outcome == "unscored"


@pytest.mark.parametrize("text", ["", "critic, outcome: pass"])
def test_what_cannot_be_a_message_fails(
    critic: SmallCritic, greeting: Experience, text: str
) -> None:
    assert critic.judge(text, key=KEY, experience=greeting).outcome == "fail"
