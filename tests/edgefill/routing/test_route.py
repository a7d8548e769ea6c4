"""The header that reports a decision."""

import pytest

from edgefill.routing.route import (
    RoutingDecision,
    describe_route,
    format_route_header,
    parse_route_header,
)

ROUTE = RoutingDecision(verdict="miss", reason="out-of-scope", score=0.51234, margin=0.1)
FACTS = {"route": "out-of-scope", "score": "0.512", "margin": "0.100"}


def test_a_route_is_described_without_its_question() -> None:
    """The facts are the reason, the score and the margin."""
    assert describe_route(ROUTE) == FACTS
    assert format_route_header(ROUTE) == "route=out-of-scope; score=0.512; margin=0.100"


def test_the_api_parses_the_header() -> None:
    """It reports the same facts on a miss."""
    assert parse_route_header(format_route_header(ROUTE)) == FACTS


@pytest.mark.parametrize(
    "line",
    ["", "score=1", "route=x; score=1; margin=1; more=1", "route=\r\n; score=1; margin=1",
     "route=" + "x" * 99 + "; score=1; margin=1", "Route=X; score=1; margin=1"],
)  # fmt: skip
def test_any_other_line_is_ignored(line: str) -> None:
    """No foreign text gets into a header."""
    assert parse_route_header(line) == {}
