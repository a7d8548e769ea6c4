"""Quotas: what one generation takes from the budgets of its key, its principal and the day."""

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
# The tokens of a day are counted in one account.
SHARED_ACCOUNT = "all"

Charge = tuple[Allowance, str, int]  # allowance, account, amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """`tokens_each` are reserved for a generation; those that it did not use are refunded."""

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
        """Build quotas of generations per hour for a key and a principal, and of tokens per day."""
        return cls(
            budgets=budgets,
            key=Allowance(name="key", limit=key_per_hour, window_s=HOUR_S),
            principal=Allowance(name="principal", limit=principal_per_hour, window_s=HOUR_S),
            tokens=Allowance(name="tokens", limit=tokens_per_day, window_s=DAY_S),
            tokens_each=tokens_each,
        )

    def reserve(self, key: Key, principal: str | None) -> None:
        """Take one generation from every budget; if one is exhausted, take nothing.

        `principal` is None when no visitor waits. BudgetExhausted.
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
        """Refund all that `reserve` took, since the model did no work."""
        self._refund(self._list_charges(key, principal))

    def settle(self, tokens: int) -> None:
        """Correct the reserved tokens to those that the generation used."""
        self.budgets.refund(self.tokens, SHARED_ACCOUNT, self.tokens_each - tokens)

    def _list_charges(self, key: Key, principal: str | None) -> list[Charge]:
        shared = [(self.key, str(key), 1), (self.tokens, SHARED_ACCOUNT, self.tokens_each)]
        return shared if principal is None else [(self.principal, principal, 1), *shared]

    def _refund(self, charges: list[Charge]) -> None:
        for charge in charges:
            self.budgets.refund(*charge)
