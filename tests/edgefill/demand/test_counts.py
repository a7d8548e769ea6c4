"""One contract for demand counts, over memory and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.counts import (
    DAY_S,
    DemandCounts,
    DynamoDemandCounts,
    MemoryDemandCounts,
)

if TYPE_CHECKING:
    from edgefill.demand.table import DemandTable


@pytest.fixture(params=["memory", "dynamodb"])
def counts(request: pytest.FixtureRequest, clock: Any) -> DemandCounts:
    if request.param == "memory":
        return MemoryDemandCounts(clock)
    return DynamoDemandCounts(request.getfixturevalue("table"), clock)


def count(counts: DemandCounts, **hits: int) -> None:
    for key, times in hits.items():
        for _ in range(times):
            counts.add(f"{key}/en/any")


def test_the_most_demanded_come_first(counts: DemandCounts) -> None:
    """Ordered by hits, ties by name, cut at `most`."""
    count(counts, b=2, a=2, c=5, d=1)
    assert counts.list_top(3) == [("c/en/any", 5), ("a/en/any", 2), ("b/en/any", 2)]


def test_days_add_up_and_old_ones_do_not_count(counts: DemandCounts, clock: Any) -> None:
    """Yesterday counts within seven days, but not if only today is requested."""
    count(counts, a=2)
    clock.now += DAY_S
    count(counts, a=1, b=1)
    assert counts.list_top(9) == [("a/en/any", 3), ("b/en/any", 1)]
    assert counts.list_top(9, days=1) == [("a/en/any", 1), ("b/en/any", 1)]


def test_no_demand_gives_no_keys(counts: DemandCounts) -> None:
    """The list is empty."""
    assert counts.list_top(10) == []


def test_a_missing_table_is_a_store_that_does_not_answer(
    broken_table: DemandTable, clock: Any
) -> None:
    """Reading and counting raise StoreUnavailable."""
    with pytest.raises(StoreUnavailable):
        DynamoDemandCounts(broken_table, clock).list_top(1)
    with pytest.raises(StoreUnavailable):
        DynamoDemandCounts(broken_table, clock).add("a/en/any")
