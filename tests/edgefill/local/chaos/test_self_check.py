"""The leak check of a run is proven on a planted leak before anything is tried."""

from __future__ import annotations

import pytest

from edgefill.local.chaos.self_check import SelfCheckFailed, SwappedTokens, check_leaks_are_found
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


def test_only_the_victims_token_is_swapped() -> None:
    """Everybody else keeps their own."""
    one, two, three = map(make_marked_visitor, (1, 2, 3))
    tokens = SwappedTokens(tokens=lambda visitor: visitor.subject, victim=one, other=two)
    assert [tokens(each) for each in (one, two, three)] == ["leak-2", "leak-2", "leak-3"]
