"""Leases: only the holder of a key's lease generates its template.

A lease ends in one of four ways: released (nothing happened), settled as DONE (the template is in
the overlay), settled with a reason (others need not try or wait until it lapses), or lapsed (the
holder crashed). The time is checked when a lease is written; DynamoDB's TTL is not relied on.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edgefill.demand.table import build_row_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.demand.table import DemandTable, Row

DONE = "done"
BUSY = "busy"
_FREE = "attribute_not_exists(pk) OR lapses <= :now"
# Seconds after which the TTL may delete a lapsed row.
_RETENTION_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to generate one key's template until `expires_at` (epoch seconds)."""

    key: str
    owner: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTaken:
    """Another holder has the key; `outcome` is None while it works, then DONE or a reason."""

    outcome: str | None
    expires_at: float


class Leases(Protocol):
    """At most one holder per key at a time; StoreUnavailable."""

    def acquire(
        self, key: str, *, owner: str, ttl_s: float, background: bool = False
    ) -> Lease | LeaseTaken:
        """Return the lease, or the state of the present one.

        A `background` holder takes over settled leases, and visitors do not wait for it.
        """
        ...

    def release(self, lease: Lease) -> None:
        """Release the lease as if it never existed, if its owner still holds it."""
        ...

    def settle(self, lease: Lease, outcome: str, *, keep_s: float) -> None:
        """Publish the outcome for `keep_s` seconds, if its owner still holds the lease."""
        ...


@dataclass(slots=True)
class _LeaseRecord:
    holder: str | None  # None when settled
    expires_at: float
    outcome: str | None


class MemoryLeases:
    """Leases of one process, for tests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._records: dict[str, _LeaseRecord] = {}
        self._lock = threading.Lock()

    def acquire(
        self, key: str, *, owner: str, ttl_s: float, background: bool = False
    ) -> Lease | LeaseTaken:
        """See Leases."""
        with self._lock:
            now, record = self._clock(), self._records.get(key)
            is_settled = record is not None and record.holder is None
            if record and record.expires_at > now and not (background and is_settled):
                return LeaseTaken(outcome=record.outcome, expires_at=record.expires_at)
            self._records[key] = _LeaseRecord(owner, now + ttl_s, BUSY if background else None)
            return Lease(key=key, owner=owner, expires_at=now + ttl_s)

    def release(self, lease: Lease) -> None:
        """See Leases."""
        with self._lock:
            if self._is_held(lease):
                del self._records[lease.key]

    def settle(self, lease: Lease, outcome: str, *, keep_s: float) -> None:
        """See Leases."""
        with self._lock:
            if self._is_held(lease):
                self._records[lease.key] = _LeaseRecord(None, self._clock() + keep_s, outcome)

    def _is_held(self, lease: Lease) -> bool:
        record = self._records.get(lease.key)
        return record is not None and record.holder == lease.owner


class DynamoLeases:
    """Leases of a whole deployment, by conditional writes."""

    def __init__(self, table: DemandTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def acquire(
        self, key: str, *, owner: str, ttl_s: float, background: bool = False
    ) -> Lease | LeaseTaken:
        """See Leases."""
        now = self._clock()
        row = self._build_row(key, now + ttl_s, BUSY if background else None)
        present_row = self._table.put(
            row | {"holder": {"S": owner}},
            condition=f"{_FREE} OR attribute_not_exists(holder)" if background else _FREE,
            values={":now": _to_number(now)},
        )
        if present_row is None:
            return Lease(key=key, owner=owner, expires_at=now + ttl_s)
        return _parse_taken(present_row)

    def release(self, lease: Lease) -> None:
        """See Leases."""
        self._table.delete(
            _row_key(lease.key), condition="holder = :owner", values={":owner": {"S": lease.owner}}
        )

    def settle(self, lease: Lease, outcome: str, *, keep_s: float) -> None:
        """See Leases."""
        self._table.put(
            self._build_row(lease.key, self._clock() + keep_s, outcome),
            condition="holder = :owner",
            values={":owner": {"S": lease.owner}},
        )

    @staticmethod
    def _build_row(key: str, expires_at: float, outcome: str | None) -> Row:
        row = _row_key(key) | {
            "lapses": _to_number(expires_at),
            "expires": {"N": str(int(expires_at) + _RETENTION_S)},
        }
        return row | {"outcome": {"S": outcome}} if outcome else row


def _row_key(key: str) -> Row:
    return build_row_key(f"lease#{key}", "lease")


def _to_number(seconds: float) -> Row:
    return {"N": f"{seconds:.3f}"}


def _parse_taken(row: Row) -> LeaseTaken:
    outcome = row.get("outcome", {}).get("S")
    return LeaseTaken(outcome=outcome, expires_at=float(row.get("lapses", {"N": "0"})["N"]))
