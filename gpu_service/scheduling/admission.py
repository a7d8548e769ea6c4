"""Admission: who may write now, who waits and who is turned away."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from edgefill.core.errors import EngineBusy, EngineTimeout
from gpu_service.engines.engine import Lane
from gpu_service.scheduling.fair_queue import LANES, Demand, Queue, Waiter
from gpu_service.scheduling.throughput import Pace

ANY = 2**62  # tokens, where no bound is set


class Admission:
    """`places` requests write, as far as their tokens fit into `tokens`; others wait.

    A request's tokens are its prompt's and its longest text's. Up to `queue` requests wait, of up
    to `queue_tokens`; the interactive lane goes before the batch lane, which leaves `reserved`
    places alone; callers of a lane take turns (fair_queue.py). EngineBusy at once when the
    queue is full or the deadline cannot be met, judged by recent requests; EngineTimeout when the
    deadline passes in the queue. A full queue drops batch requests for interactive ones.
    """

    def __init__(
        self,
        *,
        places: int,
        queue: int,
        tokens: int = 0,
        queue_tokens: int = 0,
        reserved: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._reserved = min(reserved, places - 1)
        self._budget = tokens or ANY
        self._queue = queue
        self._queue_tokens = queue_tokens or ANY
        self._clock = clock
        self._lanes: dict[Lane, Queue] = {lane: Queue() for lane in LANES}
        self._pace = Pace()
        self.writing = 0
        self.writing_tokens = 0

    def waiting(self, lane: Lane) -> int:
        """How many of `lane` wait."""
        return self._lanes[lane].length

    def waiting_tokens(self, lane: Lane) -> int:
        """How many tokens wait in `lane`."""
        return self._lanes[lane].tokens

    @asynccontextmanager
    async def place(self, demand: Demand) -> AsyncIterator[Callable[[int], None]]:
        """Hold a place while the block runs; what is given is told how many tokens it wrote."""
        self._refuse_hopeless(demand)
        if self._lines_before(demand) or not self._fits(demand):
            await self._wait(demand)
        else:
            self._enter(demand)
        began, written = self._clock(), list[int]()
        try:
            yield written.append
        finally:
            self._pace.note(self._clock() - began, sum(written))
            self._exit(demand)

    def expected_wait_s(self, demand: Demand) -> float:
        """How long `demand`, coming now, will wait, by recent durations."""
        if not self._lines_before(demand) and self._fits(demand):
            return 0.0
        lane = self._lanes[demand.lane]
        before = self.waiting("interactive") if demand.lane == "batch" else 0
        return (before + lane.ahead(demand.caller) + 1) * self._pace.mean_s / self._places

    def _lines_before(self, demand: Demand) -> bool:
        lanes = LANES if demand.lane == "batch" else LANES[:1]
        return any(self._lanes[lane].length for lane in lanes)

    def _fits(self, demand: Demand) -> bool:
        places = self._places - (self._reserved if demand.lane == "batch" else 0)
        room = self._budget - self.writing_tokens
        return self.writing < places and min(demand.tokens, self._budget) <= room

    def _enter(self, demand: Demand) -> None:
        self.writing += 1
        self.writing_tokens += min(demand.tokens, self._budget)

    def _exit(self, demand: Demand) -> None:
        self.writing -= 1
        self.writing_tokens -= min(demand.tokens, self._budget)
        self._hand_on()

    def _refuse_hopeless(self, demand: Demand) -> None:
        wait_s, own_s = self.expected_wait_s(demand), self._pace.expected_s(demand.longest)
        if demand.deadline_s is not None and wait_s + own_s > demand.deadline_s:
            raise EngineBusy(
                f"the deadline of {demand.deadline_s:.1f} s cannot be met now",
                retry_after=_whole(wait_s),
            )
        if self._fits(demand) and not self._lines_before(demand):
            return
        while self._full(demand):
            if demand.lane == "batch" or not self._displace():
                raise EngineBusy("the queue is full", retry_after=self._later())

    def _full(self, demand: Demand) -> bool:
        tokens = sum(map(self.waiting_tokens, LANES))
        full = tokens > 0 and tokens + demand.tokens > self._queue_tokens
        return full or sum(map(self.waiting, LANES)) >= self._queue

    def _displace(self) -> bool:
        """Turn away the last batch request that waits; False when none does."""
        while waiter := self._lanes["batch"].drop_last():
            if not waiter.turn.done():
                busy = EngineBusy("displaced by interactive work", retry_after=self._later())
                waiter.turn.set_exception(busy)
                return True
        return False

    def _later(self) -> int:
        return _whole(self.expected_wait_s(Demand(lane="batch")))

    async def _wait(self, demand: Demand) -> None:
        waiter = Waiter(demand)
        self._lanes[demand.lane].add(waiter)
        try:
            async with asyncio.timeout(demand.deadline_s):
                await waiter.turn
        except BaseException as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                raise EngineTimeout("the deadline passed in the queue") from None
            raise

    def _leave(self, waiter: Waiter) -> None:
        """Forget a waiter that gave up; a place it was just handed goes to the next."""
        turn = waiter.turn
        if self._lanes[waiter.demand.lane].remove(waiter):
            self._hand_on()  # a smaller one behind it may fit
        elif turn.done() and not turn.cancelled() and not turn.exception():
            self._exit(waiter.demand)

    def _hand_on(self) -> None:
        """Let in whoever comes next, as long as they fit; nobody overtakes in a lane."""
        for lane in LANES:
            queue = self._lanes[lane]
            while waiter := queue.first():
                if not waiter.turn.done() and not self._fits(waiter.demand):
                    return
                queue.take()
                if not waiter.turn.done():
                    self._enter(waiter.demand)
                    waiter.turn.set_result(None)


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))
