"""The prices and their sources."""

from dataclasses import fields

from infra.costs.prices import SOURCES, ListPrices


def test_every_price_has_a_source() -> None:
    """One that nobody could verify says so."""
    assert list(SOURCES) == [field.name for field in fields(ListPrices)]
