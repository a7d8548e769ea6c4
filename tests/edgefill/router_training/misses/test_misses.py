"""The questions among what was missed."""

from __future__ import annotations

from edgefill.demand.counts import MemoryDemandCounts
from edgefill.demand.questions import MemoryQuestionTexts
from edgefill.router_training.misses.misses import MissedQuestion, is_declared, misses_of
from edgefill.routing.question import read_question

LATE, PLATES = "a" * 20, "b" * 20


def test_questions_are_told_from_other_keys() -> None:
    """With their words where those are kept, in the order of demand."""
    counts, questions = MemoryDemandCounts(lambda: 0.0), MemoryQuestionTexts()
    for key in (f"answer/en/q-{LATE}", f"answer/de/q-{PLATES}", f"answer/de/q-{PLATES}"):
        counts.add(key)
    counts.add("welcome/en/gold.new")
    questions.save(f"answer/en/q-{LATE}", "# is late")
    questions.save(f"answer/en/q-{PLATES}", "not counted any more")
    assert list(misses_of(counts.list_top(9), questions.read_texts())) == [
        MissedQuestion(locale="de", digest=PLATES, text="", asked=2),
        MissedQuestion(locale="en", digest=LATE, text="# is late", asked=1),
    ]


def test_what_was_accepted_is_declared() -> None:
    """By its digest; by its words where a name was taken out; in its own locale alone."""
    said = read_question("is in today").digest
    miss = MissedQuestion(locale="en", digest=LATE, text="is [name] in today", asked=1)
    assert is_declared(miss, {("en", said)})
    assert is_declared(miss, {("en", LATE)})
    assert not is_declared(miss, {("de", LATE), ("de", said)})
    assert not is_declared(
        MissedQuestion(locale="en", digest=LATE, text="", asked=1), {("en", said)}
    )
