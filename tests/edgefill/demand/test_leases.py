"""One contract for leases, over memory and DynamoDB."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import StoreUnavailable
from edgefill.demand.leases import BUSY, DONE, DynamoLeases, Lease, Leases, LeaseTaken, MemoryLeases
from edgefill.demand.table import DemandTable

KEY = "order-delayed/de/gold.new"


@pytest.fixture(params=["memory", "dynamodb"])
def leases(request: pytest.FixtureRequest, clock: Any) -> Leases:
    if request.param == "memory":
        return MemoryLeases(clock)
    return DynamoLeases(request.getfixturevalue("table"), clock)


def expect_lease(answer: Lease | LeaseTaken) -> Lease:
    assert isinstance(answer, Lease)
    return answer


def expect_taken(answer: Lease | LeaseTaken) -> LeaseTaken:
    assert isinstance(answer, LeaseTaken)
    return answer


def test_one_owner_holds_a_key(leases: Leases) -> None:
    """The second one learns that the key is taken, when it lapses, and that it may wait."""
    lease = expect_lease(leases.acquire(KEY, owner="a", ttl_s=5))
    other = expect_taken(leases.acquire(KEY, owner="b", ttl_s=5))
    assert other.outcome is None
    assert other.expires_at == pytest.approx(lease.expires_at, abs=0.001)


def test_keys_do_not_share_a_lease(leases: Leases) -> None:
    """Another key is free."""
    expect_lease(leases.acquire(KEY, owner="a", ttl_s=5))
    expect_lease(leases.acquire("order-delayed/en/gold.new", owner="b", ttl_s=5))


def test_a_crashed_holder_blocks_until_its_lease_lapses(leases: Leases, clock: Any) -> None:
    """After `ttl_s` the key is free, whether or not DynamoDB has removed the row."""
    expect_lease(leases.acquire(KEY, owner="crashed", ttl_s=5))
    clock.now += 4.9
    expect_taken(leases.acquire(KEY, owner="b", ttl_s=5))
    clock.now += 0.1
    assert expect_lease(leases.acquire(KEY, owner="b", ttl_s=5)).owner == "b"


def test_a_released_key_is_free(leases: Leases) -> None:
    """Release leaves no trace."""
    leases.release(expect_lease(leases.acquire(KEY, owner="a", ttl_s=5)))
    expect_lease(leases.acquire(KEY, owner="b", ttl_s=5))


@pytest.mark.parametrize("outcome", [DONE, "cold"])
def test_a_settled_lease_tells_its_outcome(leases: Leases, clock: Any, outcome: str) -> None:
    """For `keep_s` seconds all learn the outcome; then the key is free."""
    leases.settle(expect_lease(leases.acquire(KEY, owner="a", ttl_s=5)), outcome, keep_s=10)
    clock.now += 9
    assert expect_taken(leases.acquire(KEY, owner="b", ttl_s=5)).outcome == outcome
    clock.now += 1
    expect_lease(leases.acquire(KEY, owner="b", ttl_s=5))


def test_a_former_holder_can_neither_release_nor_settle(leases: Leases, clock: Any) -> None:
    """A holder whose lease lapsed does not end the next one's."""
    late = expect_lease(leases.acquire(KEY, owner="late", ttl_s=5))
    clock.now += 6
    expect_lease(leases.acquire(KEY, owner="b", ttl_s=5))
    leases.release(late)
    leases.settle(late, "cold", keep_s=60)
    assert expect_taken(leases.acquire(KEY, owner="c", ttl_s=5)).outcome is None


def test_the_background_takes_over_a_settled_lease(leases: Leases) -> None:
    """A worker may try again at once; visitors do not wait for it."""
    leases.settle(expect_lease(leases.acquire(KEY, owner="a", ttl_s=5)), "cold", keep_s=60)
    expect_lease(leases.acquire(KEY, owner="worker", ttl_s=60, background=True))
    assert expect_taken(leases.acquire(KEY, owner="b", ttl_s=5)).outcome == BUSY


def test_the_background_does_not_take_over_a_held_lease(leases: Leases) -> None:
    """Neither from a visitor nor from another worker."""
    lease = expect_lease(leases.acquire(KEY, owner="a", ttl_s=5))
    expect_taken(leases.acquire(KEY, owner="worker", ttl_s=60, background=True))
    leases.release(lease)
    expect_lease(leases.acquire(KEY, owner="worker", ttl_s=60, background=True))
    expect_taken(leases.acquire(KEY, owner="second worker", ttl_s=60, background=True))


def test_a_missing_table_is_a_store_that_does_not_answer(
    broken_table: DemandTable, clock: Any
) -> None:
    """AWS's errors become StoreUnavailable with AWS's code."""
    with pytest.raises(StoreUnavailable, match="ResourceNotFoundException"):
        DynamoLeases(broken_table, clock).acquire(KEY, owner="a", ttl_s=5)


def test_a_closed_port_is_a_store_that_does_not_answer(unreachable: Any, clock: Any) -> None:
    """The error names the type of the transport error."""
    table = DemandTable(unreachable("dynamodb"), "demand")
    with pytest.raises(StoreUnavailable, match="DynamoDB: table demand: EndpointConnectionError"):
        DynamoLeases(table, clock).acquire(KEY, owner="a", ttl_s=5)
