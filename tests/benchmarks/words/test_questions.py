"""Questions that nothing in the catalogue answers."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.words.questions import (
    QUESTION_PROMPT,
    AskedQuestions,
    describe_asked,
    describe_outcome,
    enable_questions,
    read_questions,
)
from edgefill.core.answer import Answer
from edgefill.roles.loader import load_roles


def test_there_are_fifty_different_questions_per_locale() -> None:
    questions = read_questions()
    assert Counter(each.locale for each in questions) == {"en": 50, "de": 50}
    assert len({each.text for each in questions}) == 100


@pytest.mark.parametrize(
    ("status", "header", "outcome"),
    [
        (200, "fallback; template=answer/en/q-1; reason=held; reviewed=false", "fallback, held"),
        (200, "miss; template=answer/en/q-1; generated=true", "miss"),
        (500, "", "status 500"),
    ],
)
def test_an_outcome_is_the_status_or_what_the_header_says(
    status: int, header: str, outcome: str
) -> None:
    assert (
        describe_outcome(Answer(status=status, headers={"X-Edgefill": header}, body="")) == outcome
    )


def test_any_answer_that_is_no_fallback_counts_as_shown() -> None:
    asked = AskedQuestions(outcomes={"fallback, held": 8, "miss": 1, "status 500": 1}, judged=9)
    (figure,) = describe_asked("with a prompt", asked)
    assert (figure.value, figure.state) == (2, "missed")
    assert "of 10 answers; fallback, held: 8, miss: 1" in figure.note


def test_the_copy_of_the_templates_lets_the_drafter_answer(tmp_path: Path) -> None:
    templates = enable_questions(tmp_path / "templates")
    assert load_roles(templates, environment=os.environ).question_prompt == QUESTION_PROMPT
