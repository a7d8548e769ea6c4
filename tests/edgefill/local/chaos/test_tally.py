"""What counts as a defect of an answer, and what does not."""

from __future__ import annotations

import pytest

from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.tally import EXAMPLES, AnswerTally, find_defect
from edgefill.local.chaos.visitor_connection import ChaosAnswer
from tests.edgefill.local.chaos.answers import PAGE, make_answer

ANONYMOUS = ChaosRequest(kind="page", path="/p/welcome")


@pytest.mark.parametrize(
    ("answer", "defect"),
    [
        (make_answer(text="Hello Mark1mark, order Mark1mark"), ""),
        (make_answer(text="Hello Crew"), ""),
        (make_answer(text="Hello Mark2mark"), "foreign"),
        (make_answer(text="Mark1mark and Mark11mark"), "foreign"),
        (make_answer(header="hit; template=Mark3mark"), "foreign"),
        (make_answer(ANONYMOUS, text="Hello Mark1mark"), "foreign"),
        (make_answer(status=503, text="Hello Mark2mark"), "foreign"),
        (make_answer(status=500), "5xx"),
        (make_answer(status=504), "5xx"),
        (make_answer(status=404), "4xx"),
        (make_answer(status=304), ""),
        (make_answer(status=206), ""),
        (make_answer(status=0), ""),
    ],
)
def test_an_answer_has_a_defect_or_none(answer: ChaosAnswer, defect: str) -> None:
    """Another visitor's mark anywhere is the worst, then the status decides."""
    assert find_defect(answer) == defect


def test_answers_are_counted_by_kind_outcome_and_defect() -> None:
    """The longest wait is remembered, and a few examples."""
    tally = AnswerTally()
    for _ in range(EXAMPLES + 2):
        tally.record(make_answer(status=503, ended=2.0))
    tally.record(make_answer(header="hit; template=welcome/de/any", ended=9.0))
    assert tally.counts == {
        "answers": EXAMPLES + 3,
        "page": EXAMPLES + 3,
        "other": EXAMPLES + 2,
        "5xx": EXAMPLES + 2,
        "hit": 1,
    }
    assert tally.longest_wait_s == 9.0
    assert len(tally.examples) == EXAMPLES
    assert tally.examples[0].startswith("5xx: GET /p/welcome 503")


def test_a_lost_connection_is_an_outage_only_while_the_cdn_fails() -> None:
    """A wait that overlaps the outage belongs to it."""
    tally = AnswerTally()
    tally.record_outage(10.0, 20.0)
    for began, ended in ((9.0, 11.0), (12.0, 13.0), (19.0, 49.0), (1.0, 9.5), (20.5, 21.0)):
        tally.record(make_answer(status=0, began=began, ended=ended))
    assert tally.count_unreachable() == (3, 2)


def test_generated_texts_count_until_the_store_is_emptied() -> None:
    """Only misses were generated; an emptied store cannot have the earlier ones."""
    tally = AnswerTally()
    tally.record(make_answer(header="miss; template=welcome/de/new"))
    tally.record(make_answer(header="fallback; template=welcome/de/old; reason=cold"))
    assert tally.list_generated() == {"welcome/de/new"}
    tally.forget_generated()
    tally.record(make_answer(PAGE, header="miss; template=welcome/en/new"))
    assert tally.list_generated() == {"welcome/en/new"}
