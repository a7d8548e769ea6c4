"""The cost of a million requests."""

from pathlib import Path

import pytest

from infra.costs.prices import ListPrices
from infra.costs.requests import RequestLoad, estimate_cost, format_table

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy.md"


def test_the_edge_costs_the_sum_of_its_parts() -> None:
    """$1.00 + $0.60 + 5 ms at 256 MB + 8 KB of egress, each a million times."""
    edge = estimate_cost(1.0, ListPrices(), RequestLoad())
    assert edge.edge == pytest.approx(1.00 + 0.60 + 0.0625 + 0.68, abs=0.001)
    assert edge.misses == edge.gpu == 0


def test_what_every_request_brings_with_it_is_counted() -> None:
    """350 bytes of log, 2% more requests by the edge itself, and both through WAF where it is."""
    plain = estimate_cost(1.0, ListPrices(), RequestLoad())
    guarded = estimate_cost(1.0, ListPrices(), RequestLoad(has_firewall=True))
    assert plain.logs == pytest.approx(0.35 * 0.50)
    assert plain.fetches == pytest.approx(0.02 * (1.00 + 0.34), abs=0.001)
    assert plain.firewall == 0
    assert guarded.firewall == pytest.approx(1.02 * 0.60)
    parts = (plain.edge, plain.fetches, plain.logs)
    assert plain.total == pytest.approx(sum(parts))


def test_misses_cost_in_proportion() -> None:
    """Twice the misses cost twice as much; the edge costs the same."""
    few, many = (
        estimate_cost(0.9, ListPrices(), RequestLoad()),
        estimate_cost(0.8, ListPrices(), RequestLoad()),
    )
    assert many.misses == pytest.approx(2 * few.misses)
    assert many.edge == few.edge


def test_the_document_has_the_table() -> None:
    """docs/deploy.md contains the output of the command."""
    assert "\n".join(format_table(ListPrices(), RequestLoad())) in DEPLOY.read_text()
