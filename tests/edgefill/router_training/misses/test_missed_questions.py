"""Free questions among missed keys."""

from __future__ import annotations

from edgefill.demand.counts import MemoryDemandCounts
from edgefill.demand.questions import MemoryQuestionTexts
from edgefill.router_training.misses.missed_questions import (
    MissedQuestion,
    is_declared,
    select_missed_questions,
)
from edgefill.routing.question import read_question

LATE, PLATES = "a" * 20, "b" * 20


def test_free_questions_are_selected_from_the_keys() -> None:
    """With their stored texts, the most frequent first."""
    counts, questions = MemoryDemandCounts(lambda: 0.0), MemoryQuestionTexts()
    for key in (f"answer/en/q-{LATE}", f"answer/de/q-{PLATES}", f"answer/de/q-{PLATES}"):
        counts.add(key)
    counts.add("welcome/en/gold.new")
    questions.save(f"answer/en/q-{LATE}", "# is late")
    questions.save(f"answer/en/q-{PLATES}", "not counted any more")
    assert list(select_missed_questions(counts.list_top(9), questions.read_texts())) == [
        MissedQuestion(locale="de", digest=PLATES, text="", count=2),
        MissedQuestion(locale="en", digest=LATE, text="# is late", count=1),
    ]


def test_an_accepted_question_is_declared() -> None:
    """It is found by its digest, or by its text without names, in its own locale only."""
    nameless = read_question("is in today").digest
    miss = MissedQuestion(locale="en", digest=LATE, text="is [name] in today", count=1)
    assert is_declared(miss, {("en", nameless)})
    assert is_declared(miss, {("en", LATE)})
    assert not is_declared(miss, {("de", LATE), ("de", nameless)})
    assert not is_declared(
        MissedQuestion(locale="en", digest=LATE, text="", count=1), {("en", nameless)}
    )
