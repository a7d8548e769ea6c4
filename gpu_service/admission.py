"""Admission: who may write now, who waits and who is turned away."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gpu_service.engine import Lane
from lambdas.core.errors import EngineBusy, EngineTimeout

LANES: tuple[Lane, ...] = ("interactive", "batch")
WEIGHT = 0.2  # of the newest duration in the running mean


@dataclass(slots=True, eq=False)
class Waiter:
    """A request in the queue; `turn` is done when it may write or is turned away."""

    turn: asyncio.Future[None] = field(default_factory=asyncio.Future)


class Admission:
    """`places` requests write, up to `queue` wait, the interactive lane before the batch lane.

    EngineBusy at once when the queue is full or the deadline cannot be met, judged by how long
    recent requests held their place; EngineTimeout when the deadline passes in the queue. When
    the queue is full, an interactive request displaces the last batch request.
    """

    def __init__(
        self, *, places: int, queue: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._places = places
        self._queue = queue
        self._clock = clock
        self._waiting: dict[Lane, list[Waiter]] = {lane: [] for lane in LANES}
        self._mean_s = 0.0
        self.writing = 0

    def waiting(self, lane: Lane) -> int:
        """How many of `lane` wait."""
        return len(self._waiting[lane])

    @asynccontextmanager
    async def place(self, lane: Lane, *, deadline_s: float | None = None) -> AsyncIterator[None]:
        """Hold a place while the block runs."""
        self._refuse_hopeless(lane, deadline_s)
        if self.writing >= self._places:
            await self._wait(lane, deadline_s)
        else:
            self.writing += 1
        began = self._clock()
        try:
            yield
        finally:
            self._note(self._clock() - began)
            self._hand_on()

    def expected_wait_s(self, lane: Lane) -> float:
        """How long a request of `lane` that comes now will wait, by recent durations."""
        ahead = self.waiting("interactive") + (self.waiting("batch") if lane == "batch" else 0)
        if self.writing < self._places:
            return 0.0
        return (ahead + 1) * self._mean_s / self._places

    def _refuse_hopeless(self, lane: Lane, deadline_s: float | None) -> None:
        wait_s = self.expected_wait_s(lane)
        if deadline_s is not None and wait_s + self._mean_s > deadline_s:
            raise EngineBusy(
                f"the deadline of {deadline_s:.1f} s cannot be met now", retry_after=_whole(wait_s)
            )
        full = self.writing >= self._places and sum(map(self.waiting, LANES)) >= self._queue
        if full and not (lane == "interactive" and self._displace()):
            raise EngineBusy("the queue is full", retry_after=_whole(self.expected_wait_s("batch")))

    def _displace(self) -> bool:
        """Turn away the last batch request that waits; False when none does."""
        while self._waiting["batch"]:
            turn = self._waiting["batch"].pop().turn
            if not turn.done():
                wait_s = self.expected_wait_s("batch")
                busy = EngineBusy("displaced by interactive work", retry_after=_whole(wait_s))
                turn.set_exception(busy)
                return True
        return False

    async def _wait(self, lane: Lane, deadline_s: float | None) -> None:
        waiter = Waiter()
        self._waiting[lane].append(waiter)
        try:
            async with asyncio.timeout(deadline_s):
                await waiter.turn
        except BaseException as error:
            self._leave(lane, waiter)
            if isinstance(error, TimeoutError):
                raise EngineTimeout("the deadline passed in the queue") from None
            raise

    def _leave(self, lane: Lane, waiter: Waiter) -> None:
        """Forget a waiter that gave up; a place it was just handed goes to the next."""
        if waiter in self._waiting[lane]:
            self._waiting[lane].remove(waiter)
        elif waiter.turn.done() and not waiter.turn.cancelled() and not waiter.turn.exception():
            self._hand_on()

    def _hand_on(self) -> None:
        """Give a free place to the next in the queue."""
        for lane in LANES:
            while self._waiting[lane]:
                turn = self._waiting[lane].pop(0).turn
                if not turn.done():
                    turn.set_result(None)
                    return
        self.writing -= 1

    def _note(self, seconds: float) -> None:
        first = self._mean_s == 0.0
        self._mean_s = seconds if first else self._mean_s + WEIGHT * (seconds - self._mean_s)


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))
