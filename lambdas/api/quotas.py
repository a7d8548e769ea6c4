"""Quotas: what a question, a place in the queue and a generation take from which budgets.

| budget | per | limits |
| --- | --- | --- |
| questions | principal and hour | free questions, before anything is stored about one |
| principal | principal and hour | generations, those of the queue included |
| queued | principal, key and hour | one job in the queue |
| key | key and hour | generations |
| tokens | day | all generations |
| question tokens | hour | answers to free questions: a share of the day's tokens, spread evenly |

The tokens are not first come, first served. A principal's first generations of a day may use all
of them; later ones only the common share, so that one who asks much leaves the rest to those who
have used least. Of the question tokens, an address leaves a part to signed-in subjects, because a
product can limit its accounts but nobody can limit addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edgefill.core.errors import BudgetExhausted
from edgefill.demand.budgets import Allowance

if TYPE_CHECKING:
    from edgefill.core.keys import Key
    from edgefill.demand.budgets import Budgets
    from edgefill.demand.principals import Principal

HOUR_S = 3600
DAY_S = 86_400
SHARED_ACCOUNT = "all"  # the tokens are counted in one account
QUESTION_SHARE = 0.5  # of the day's tokens: the most that free questions may use
COMMON_SHARE = 0.5  # of any tokens: the most that principals after their first generations may use
ADDRESS_SHARE = 0.75  # of the question tokens: the most that addresses may use
FIRST_PER_DAY = 5  # generations of a principal that count as its first

ONCE_PER_HOUR = Allowance(name="queued", limit=1, window_s=HOUR_S)

Charge = tuple[Allowance, str, int]  # allowance, account, amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What one generation has taken; `tokens` are those of the charges in tokens."""

    charges: tuple[Charge, ...]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """`tokens_each` are reserved for a generation; those that it did not use are refunded."""

    budgets: Budgets
    questions: Allowance
    key: Allowance
    principal: Allowance
    tokens: Allowance
    tokens_each: int

    @classmethod
    def from_limits(
        cls,
        budgets: Budgets,
        *,
        questions_per_hour: int,
        key_per_hour: int,
        principal_per_hour: int,
        tokens_per_day: int,
        tokens_each: int,
    ) -> Quotas:
        """Build quotas from limits per hour and the tokens of a day."""
        return cls(
            budgets=budgets,
            questions=Allowance(name="questions", limit=questions_per_hour, window_s=HOUR_S),
            key=Allowance(name="key", limit=key_per_hour, window_s=HOUR_S),
            principal=Allowance(name="principal", limit=principal_per_hour, window_s=HOUR_S),
            tokens=Allowance(name="tokens", limit=tokens_per_day, window_s=DAY_S),
            tokens_each=tokens_each,
        )

    def admit_question(self, principal: Principal) -> None:
        """Count a free question that no template answers yet; BudgetExhausted, StoreUnavailable."""
        self.budgets.spend(self.questions, str(principal))

    def pay_for_queueing(self, key: Key, principal: Principal) -> None:
        """Take the generation of a queued job from the principal, once per key and hour.

        BudgetExhausted also when the principal has queued the key in this hour.
        """
        self.budgets.spend(ONCE_PER_HOUR, f"{principal} {key}")
        self.budgets.spend(self.principal, str(principal))

    def reserve(
        self, key: Key, principal: Principal | None, *, is_question: bool, is_queued: bool
    ) -> Reservation:
        """Take one generation from every budget; if one is exhausted, take nothing.

        A queued generation has been paid by its principal. `principal` is None for a job whose
        principal is unknown. BudgetExhausted.
        """
        charges: list[Charge] = []
        try:
            is_first = principal is not None and self._take_first(principal, charges)
            if principal is not None and not is_queued:
                self._take((self.principal, str(principal), 1), charges)
            self._take((self.key, str(key), 1), charges)
            for allowance in self._list_tokens(principal, is_first, is_question=is_question):
                self._take((allowance, SHARED_ACCOUNT, self.tokens_each), charges)
        except BudgetExhausted:
            self._refund(charges)
            raise
        return Reservation(charges=tuple(charges), tokens=self.tokens_each)

    def cancel(self, reservation: Reservation) -> None:
        """Refund all that `reserve` took, since the model did no work."""
        self._refund(reservation.charges)

    def settle(self, reservation: Reservation, tokens: int) -> None:
        """Correct the reserved tokens to those that the generation used."""
        for allowance, account, _ in reservation.charges:
            if account == SHARED_ACCOUNT:
                self.budgets.refund(allowance, account, reservation.tokens - tokens)

    def _take(self, charge: Charge, charges: list[Charge]) -> None:
        self.budgets.spend(*charge)
        charges.append(charge)

    def _take_first(self, principal: Principal, charges: list[Charge]) -> bool:
        """Take one of the principal's first generations of the day, if one is left."""
        first = Allowance(name="first", limit=FIRST_PER_DAY, window_s=DAY_S)
        try:
            self._take((first, str(principal), 1), charges)
        except BudgetExhausted:
            return False
        return True

    def _list_tokens(
        self, principal: Principal | None, is_first: bool, *, is_question: bool
    ) -> list[Allowance]:
        """The allowances of tokens, each with the limit that applies to this principal."""
        share = 1.0 if is_first else COMMON_SHARE
        allowances = [self._limit(self.tokens, share)]
        if is_question:
            is_subject = principal is not None and principal.kind == "subject"
            pool = Allowance(
                name="question tokens",
                limit=int(self.tokens.limit * QUESTION_SHARE / (DAY_S // HOUR_S)),
                window_s=HOUR_S,
            )
            allowances.append(self._limit(pool, share if is_subject else min(share, ADDRESS_SHARE)))
        return allowances

    def _limit(self, allowance: Allowance, share: float) -> Allowance:
        """The allowance with its limit for a reservation that begins within `share` of it.

        A small share would otherwise never have room for what one generation reserves.
        """
        limit = int(allowance.limit * share) + self.tokens_each
        return replace(allowance, limit=min(limit, self.tokens.limit))

    def _refund(self, charges: tuple[Charge, ...] | list[Charge]) -> None:
        for charge in charges:
            self.budgets.refund(*charge)
