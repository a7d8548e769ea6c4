"""The leak check of a run is proven on a planted leak before anything is tried."""

from __future__ import annotations

import pytest

from edgefill.local.chaos.self_check import SelfCheckFailed, check_leaks_are_found, swap_tokens
from edgefill.local.chaos.visitor_connection import ChaosAnswer
from edgefill.local.traffic.marks import make_marked_visitor
from tests.edgefill.local.chaos.answers import PAGE, make_answer

OWN, FOREIGN = make_answer(text="Hello Mark1mark"), make_answer(text="Hello Mark19mark")


def test_a_planted_leak_is_found() -> None:
    """The visitor's own value is none."""
    check_leaks_are_found(PAGE, send=lambda _: OWN, send_with_leak=lambda _: FOREIGN)


@pytest.mark.parametrize("answer", [OWN, FOREIGN])
def test_a_check_that_finds_nothing_or_everything_is_refused(answer: ChaosAnswer) -> None:
    """Such a run would prove nothing."""
    with pytest.raises(SelfCheckFailed, match="/p/welcome"):
        check_leaks_are_found(PAGE, send=lambda _: answer, send_with_leak=lambda _: answer)


def test_every_visitor_gets_the_token_of_another_one_of_the_same_case() -> None:
    """So the answers have the same template, and each other's values."""
    visitors = {each.subject: each for each in map(make_marked_visitor, range(64))}
    tokens = swap_tokens(lambda visitor: visitor.subject, list(visitors.values()))
    others = {subject: visitors[tokens(visitor)] for subject, visitor in visitors.items()}
    assert {other.subject for other in others.values()} == visitors.keys()
    for subject, other in others.items():
        assert other.subject != subject
        assert (other.locale, other.case) == (visitors[subject].locale, visitors[subject].case)
