"""The order in which requests wait: callers of one lane take turns, however many each sends."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from gpu_service.engines.engine import Lane

LANES: tuple[Lane, ...] = ("interactive", "batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionRequest:
    """What admission control must know of a request."""

    lane: Lane = "interactive"
    caller: str = ""  # requests with the same caller share one turn
    tokens: int = 1  # the prompt's tokens plus the most that it may generate
    max_new_tokens: int | None = None  # the most that it may generate
    deadline_s: float | None = None


@dataclass(slots=True, eq=False)
class Waiter:
    """A request in a queue; `turn` is done when the request is admitted or refused."""

    request: AdmissionRequest
    turn: asyncio.Future[None] = field(default_factory=asyncio.Future)


class FairQueue:
    """The waiters of one lane: a first-in-first-out line per caller."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Waiter]] = OrderedDict()
        self.tokens = 0
        self.length = 0

    def add(self, waiter: Waiter) -> None:
        """Put `waiter` at the end of its caller's line."""
        self._lines.setdefault(waiter.request.caller, deque()).append(waiter)
        self._update_totals(waiter, 1)

    def peek(self) -> Waiter | None:
        """The waiter whose turn is next."""
        return next(iter(self._lines.values()))[0] if self._lines else None

    def pop(self) -> Waiter:
        """Remove the waiter whose turn it is; its caller then waits for every other caller."""
        caller, line = next(iter(self._lines.items()))
        waiter = line.popleft()
        self._lines.move_to_end(caller)
        self._drop_empty_line(caller)
        self._update_totals(waiter, -1)
        return waiter

    def drop_last(self) -> Waiter | None:
        """Remove the newest waiter of the caller with the longest line."""
        if not self._lines:
            return None
        caller = max(self._lines, key=lambda name: len(self._lines[name]))
        waiter = self._lines[caller].pop()
        self._drop_empty_line(caller)
        self._update_totals(waiter, -1)
        return waiter

    def remove(self, waiter: Waiter) -> bool:
        """Remove `waiter`; False when it is not in this queue."""
        line = self._lines.get(waiter.request.caller, deque())
        if waiter not in line:
            return False
        line.remove(waiter)
        self._drop_empty_line(waiter.request.caller)
        self._update_totals(waiter, -1)
        return True

    def count_ahead(self, caller: str) -> int:
        """How many waiters have their turn before a request of `caller` that comes now."""
        own = len(self._lines.get(caller, ()))
        others = (len(line) for name, line in self._lines.items() if name != caller)
        return own + sum(min(length, own + 1) for length in others)

    def _drop_empty_line(self, caller: str) -> None:
        if not self._lines[caller]:
            del self._lines[caller]

    def _update_totals(self, waiter: Waiter, sign: int) -> None:
        self.length += sign
        self.tokens += sign * waiter.request.tokens
