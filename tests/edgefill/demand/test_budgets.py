"""One contract for budgets, over memory and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import BudgetExhausted, StoreUnavailable
from edgefill.demand.budgets import Allowance, Budgets, DynamoBudgets, MemoryBudgets, hash_principal

if TYPE_CHECKING:
    from edgefill.demand.table import DemandTable

HOURLY = Allowance(name="key", limit=3, window_s=3600)
TOKENS = Allowance(name="tokens", limit=1000, window_s=86_400)


@pytest.fixture(params=["memory", "dynamodb"])
def budgets(request: pytest.FixtureRequest, clock: Any) -> Budgets:
    if request.param == "memory":
        return MemoryBudgets(clock)
    return DynamoBudgets(request.getfixturevalue("table"), clock)


def test_an_allowance_ends(budgets: Budgets) -> None:
    """A unit over the limit is refused; the error names the allowance but not the account."""
    for _ in range(3):
        budgets.spend(HOURLY, "order-delayed/de/any")
    with pytest.raises(BudgetExhausted, match=r"3 \(key\)") as error:
        budgets.spend(HOURLY, "order-delayed/de/any")
    assert "order-delayed" not in str(error.value)
    assert error.value.allowance == "key"
    assert 0 < error.value.retry_after <= 3600


def test_a_refused_amount_is_not_taken(budgets: Budgets) -> None:
    """The remaining amount can still be spent."""
    budgets.spend(TOKENS, "all", 600)
    with pytest.raises(BudgetExhausted):
        budgets.spend(TOKENS, "all", 401)
    budgets.spend(TOKENS, "all", 400)


def test_more_than_the_limit_is_refused_at_once(budgets: Budgets) -> None:
    """Even on an account that has spent nothing."""
    with pytest.raises(BudgetExhausted):
        budgets.spend(TOKENS, "all", 1001)


def test_accounts_and_allowances_are_apart(budgets: Budgets) -> None:
    """Each principal has its own budget."""
    budgets.spend(HOURLY, "a", 3)
    budgets.spend(HOURLY, "b", 3)
    budgets.spend(TOKENS, "a", 3)


def test_a_new_window_is_a_new_allowance(budgets: Budgets, clock: Any) -> None:
    """The counter restarts when the window ends."""
    budgets.spend(HOURLY, "a", 3)
    clock.now += HOURLY.seconds_left(clock.now)
    budgets.spend(HOURLY, "a", 3)


def test_a_refund_can_be_spent_again(budgets: Budgets) -> None:
    """Reserved tokens that were not used are returned."""
    budgets.spend(TOKENS, "all", 1000)
    budgets.refund(TOKENS, "all", 300)
    budgets.spend(TOKENS, "all", 300)
    with pytest.raises(BudgetExhausted):
        budgets.spend(TOKENS, "all")


def test_a_missing_table_is_a_store_that_does_not_answer(
    broken_table: DemandTable, clock: Any
) -> None:
    """An unreachable counter does not permit anything."""
    with pytest.raises(StoreUnavailable):
        DynamoBudgets(broken_table, clock).spend(HOURLY, "a")


@given(identity=st.text(min_size=3), pepper=st.text())
def test_a_principal_does_not_reveal_its_identity(identity: str, pepper: str) -> None:
    """32 hex digits, always the same, different for another pepper."""
    hashed = hash_principal(pepper, identity)
    assert len(hashed) == 32
    assert int(hashed, 16) >= 0
    assert hashed == hash_principal(pepper, identity) != hash_principal(pepper + "x", identity)


@given(now=st.integers(0, 4_000_000_000))
def test_windows_tile_time(now: int) -> None:
    """Every moment is in one window, which ends within its length."""
    began = HOURLY.window_start(now)
    assert began <= now < began + 3600
    assert began + 3600 - now == HOURLY.seconds_left(now)
