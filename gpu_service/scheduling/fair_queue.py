"""Lanes: who waits, in which order; callers of one lane take turns, however much each asks."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from gpu_service.engines.engine import Lane

LANES: tuple[Lane, ...] = ("interactive", "batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a request asks of the service before it is let in."""

    lane: Lane = "interactive"
    caller: str = ""  # those who share a name share a turn
    tokens: int = 1  # its prompt and its longest text
    longest: int | None = None  # tokens of the text alone
    deadline_s: float | None = None


@dataclass(slots=True, eq=False)
class Waiter:
    """A request in a queue; `turn` is done when it may write or is turned away."""

    demand: Demand
    turn: asyncio.Future[None] = field(default_factory=asyncio.Future)


class Queue:
    """One lane's waiters, a first-in-first-out line for each caller."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self.tokens = 0
        self.length = 0

    def add(self, waiter: Waiter) -> None:
        """Put `waiter` at the end of its caller's line."""
        self._lines.setdefault(waiter.demand.caller, deque()).append(waiter)
        self._count(waiter, 1)

    def first(self) -> Waiter | None:
        """Whose turn is next."""
        return next(iter(self._lines.values()))[0] if self._lines else None

    def take(self) -> Waiter:
        """Remove whose turn it is; the caller's next one waits until every other caller's had."""
        caller, line = next(iter(self._lines.items()))
        waiter = line.popleft()
        self._lines.move_to_end(caller)
        self._tidy(caller)
        self._count(waiter, -1)
        return waiter

    def drop_last(self) -> Waiter | None:
        """Remove the newest waiter of the caller with the longest line."""
        if not self._lines:
            return None
        caller = max(self._lines, key=lambda name: len(self._lines[name]))
        waiter = self._lines[caller].pop()
        self._tidy(caller)
        self._count(waiter, -1)
        return waiter

    def remove(self, waiter: Waiter) -> bool:
        """Forget `waiter`; False when it is not here."""
        line = self._lines.get(waiter.demand.caller, deque())
        if waiter not in line:
            return False
        line.remove(waiter)
        self._tidy(waiter.demand.caller)
        self._count(waiter, -1)
        return True

    def ahead(self, caller: str) -> int:
        """How many have their turn before a request of `caller` that comes now."""
        own = len(self._lines.get(caller, ()))
        others = (len(line) for name, line in self._lines.items() if name != caller)
        return own + sum(min(length, own + 1) for length in others)

    def _tidy(self, caller: str) -> None:
        if not self._lines[caller]:
            del self._lines[caller]

    def _count(self, waiter: Waiter, sign: int) -> None:
        self.length += sign
        self.tokens += sign * waiter.demand.tokens
