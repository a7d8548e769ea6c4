"""One contract for the texts of questions, over memory and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.counts import DAY_S, RETENTION_DAYS
from edgefill.demand.questions import DynamoQuestionTexts, MemoryQuestionTexts, QuestionTexts

if TYPE_CHECKING:
    from edgefill.demand.table import DemandTable


@pytest.fixture(params=["memory", "dynamodb"])
def questions(request: pytest.FixtureRequest, clock: Any) -> QuestionTexts:
    if request.param == "memory":
        return MemoryQuestionTexts()
    return DynamoQuestionTexts(request.getfixturevalue("table"), clock)


def test_texts_are_stored_by_key(questions: QuestionTexts) -> None:
    """Repeating a question changes nothing."""
    questions.save("answer/en/q-1", "where is it")
    questions.save("answer/en/q-2", "who are you")
    questions.save("answer/en/q-1", "where is it")
    assert questions.read_texts() == {
        "answer/en/q-1": "where is it",
        "answer/en/q-2": "who are you",
    }


def test_texts_expire(table: DemandTable, clock: Any) -> None:
    """Even while DynamoDB still shows the expired row."""
    questions = DynamoQuestionTexts(table, clock)
    questions.save("answer/en/q-1", "where is it")
    clock.now += RETENTION_DAYS * DAY_S
    assert questions.read_texts() == {}


def test_a_missing_table_is_a_store_that_does_not_answer(
    broken_table: DemandTable, clock: Any
) -> None:
    """Saving and reading raise StoreUnavailable."""
    with pytest.raises(StoreUnavailable):
        DynamoQuestionTexts(broken_table, clock).save("answer/en/q-1", "where is it")
    with pytest.raises(StoreUnavailable):
        DynamoQuestionTexts(broken_table, clock).read_texts()
