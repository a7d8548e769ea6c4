"""Spending: what one generation takes from the budgets of its key, its principal and the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.core.errors import BudgetExhausted
from edgefill.demand.budgets import Allowance

if TYPE_CHECKING:
    from edgefill.core.keys import Key
    from edgefill.demand.budgets import Budgets

HOUR_S = 3600
DAY_S = 86_400
SHARED_ACCOUNT = "all"  # the day's tokens have one account

Charge = tuple[Allowance, str, int]  # from which allowance, of whom, how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """`tokens_each` is set aside for a generation, and what it did not use is given back."""

    budgets: Budgets
    key: Allowance
    principal: Allowance
    tokens: Allowance
    tokens_each: int

    @classmethod
    def from_limits(
        cls,
        budgets: Budgets,
        *,
        key_per_hour: int,
        principal_per_hour: int,
        tokens_per_day: int,
        tokens_each: int,
    ) -> Quotas:
        """Generations an hour for a key and a principal, tokens a day for everybody."""
        return cls(
            budgets=budgets,
            key=Allowance(name="key", limit=key_per_hour, window_s=HOUR_S),
            principal=Allowance(name="principal", limit=principal_per_hour, window_s=HOUR_S),
            tokens=Allowance(name="tokens", limit=tokens_per_day, window_s=DAY_S),
            tokens_each=tokens_each,
        )

    def reserve(self, key: Key, principal: str | None) -> None:
        """Take one generation from every budget, or raise BudgetExhausted and take nothing.

        `principal` is None for work that no visitor waits for.
        """
        charged: list[Charge] = []
        for charge in self._list_charges(key, principal):
            try:
                self.budgets.spend(*charge)
            except BudgetExhausted:
                self._refund(charged)
                raise
            charged.append(charge)

    def cancel(self, key: Key, principal: str | None) -> None:
        """Give back all that `reserve` took: the model was never at work."""
        self._refund(self._list_charges(key, principal))

    def settle(self, tokens: int) -> None:
        """Put what the generation really took in the place of what was set aside."""
        self.budgets.refund(self.tokens, SHARED_ACCOUNT, self.tokens_each - tokens)

    def _list_charges(self, key: Key, principal: str | None) -> list[Charge]:
        shared = [(self.key, str(key), 1), (self.tokens, SHARED_ACCOUNT, self.tokens_each)]
        return shared if principal is None else [(self.principal, principal, 1), *shared]

    def _refund(self, charges: list[Charge]) -> None:
        for charge in charges:
            self.budgets.refund(*charge)
