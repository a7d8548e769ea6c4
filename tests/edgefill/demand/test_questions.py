"""One contract for the words of questions, over memory and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.counts import DAY_S, KEPT_DAYS
from edgefill.demand.questions import DynamoQuestions, MemoryQuestions, Questions

if TYPE_CHECKING:
    from edgefill.demand.table import Table


@pytest.fixture(params=["memory", "dynamodb"])
def questions(request: pytest.FixtureRequest, clock: Any) -> Questions:
    if request.param == "memory":
        return MemoryQuestions()
    return DynamoQuestions(request.getfixturevalue("table"), clock)


def test_the_words_are_kept_by_key(questions: Questions) -> None:
    """The same question asked again changes nothing."""
    questions.keep("answer/en/q-1", "where is it")
    questions.keep("answer/en/q-2", "who are you")
    questions.keep("answer/en/q-1", "where is it")
    assert questions.texts() == {"answer/en/q-1": "where is it", "answer/en/q-2": "who are you"}


def test_words_are_forgotten(table: Table, clock: Any) -> None:
    """Even while DynamoDB still shows the expired row."""
    questions = DynamoQuestions(table, clock)
    questions.keep("answer/en/q-1", "where is it")
    clock.now += KEPT_DAYS * DAY_S
    assert questions.texts() == {}


def test_a_missing_table_is_a_store_that_does_not_answer(broken_table: Table, clock: Any) -> None:
    """Keeping and reading say so."""
    with pytest.raises(StoreUnavailable):
        DynamoQuestions(broken_table, clock).keep("answer/en/q-1", "where is it")
    with pytest.raises(StoreUnavailable):
        DynamoQuestions(broken_table, clock).texts()
