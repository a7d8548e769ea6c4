"""Budgets: limits on generations per key and per principal, and on tokens per day."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edgefill.core.errors import BudgetExhausted
from edgefill.demand.table import DemandTable, build_row_key

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """At most `limit` units of `name` per account in every window of `window_s` seconds."""

    name: str  # key | principal | tokens
    limit: int
    window_s: int

    def window_start(self, now: float) -> int:
        """Return when the window that contains `now` began, in epoch seconds."""
        return int(now // self.window_s * self.window_s)

    def seconds_left(self, now: float) -> int:
        """Return the whole seconds until the next window, at least 1."""
        return max(1, self.window_start(now) + self.window_s - int(now))


class Budgets(Protocol):
    """Counters that cannot be overdrawn; StoreUnavailable when they cannot be reached."""

    def spend(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """Take `amount` from the account's current window, or raise BudgetExhausted and take none.

        `account` is stored unchanged: pass a key or a result of `hash_principal`, never a name.
        """
        ...

    def refund(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """Return an unused `amount` to the current window."""
        ...


def hash_principal(pepper: str, identity: str) -> str:
    """Hash a subject or an address to 32 hex digits; only the holder of `pepper` can repeat it."""
    return hmac.digest(pepper.encode(), identity.encode(), hashlib.sha256).hex()[:32]


class MemoryBudgets:
    """Budgets of one process, for tests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._used: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._lock = threading.Lock()

    def spend(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """See Budgets."""
        at = (allowance.name, account, allowance.window_start(self._clock()))
        with self._lock:
            if self._used[at] + amount > allowance.limit:
                raise _build_exhausted_error(allowance, self._clock())
            self._used[at] += amount

    def refund(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """See Budgets."""
        with self._lock:
            self._used[allowance.name, account, allowance.window_start(self._clock())] -= amount


class DynamoBudgets:
    """Budgets of a whole deployment: one counter per window, which expires one window later."""

    def __init__(self, table: DemandTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def spend(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """See Budgets."""
        room = allowance.limit - amount
        spent = room >= 0 and self._add(
            allowance,
            account,
            amount,
            condition="attribute_not_exists(used) OR used <= :room",
            room={":room": {"N": str(room)}},
        )
        if not spent:
            raise _build_exhausted_error(allowance, self._clock())

    def refund(self, allowance: Allowance, account: str, amount: int = 1) -> None:
        """See Budgets."""
        self._add(allowance, account, -amount)

    def _add(
        self,
        allowance: Allowance,
        account: str,
        amount: int,
        *,
        condition: str = "",
        room: dict[str, dict[str, str]] | None = None,
    ) -> bool:
        began = allowance.window_start(self._clock())
        return self._table.update(
            build_row_key(f"budget#{allowance.name}#{account}", str(began)),
            "ADD used :amount SET expires = :expires",
            condition=condition,
            values={
                ":amount": {"N": str(amount)},
                ":expires": {"N": str(began + 2 * allowance.window_s)},
                **(room or {}),
            },
        )


def _build_exhausted_error(allowance: Allowance, now: float) -> BudgetExhausted:
    return BudgetExhausted(
        f"the allowance of {allowance.limit} ({allowance.name}) is used up; "
        f"the next window begins in {allowance.seconds_left(now)} s",
        allowance=allowance.name,
        retry_after=allowance.seconds_left(now),
    )
