"""Admission control: which requests may run now, which wait and which are refused."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from edgefill.core.errors import EngineBusy, EngineTimeout
from gpu_service.engines.engine import Lane
from gpu_service.scheduling.fair_queue import LANES, AdmissionRequest, FairQueue, Waiter

UNLIMITED = 2**62  # tokens, where no limit is set
NEWEST_WEIGHT = 0.2  # the newest request's weight in a running mean


class AdmissionController:
    """At most `places` requests run, as long as their tokens fit into `max_running_tokens`.

    A request's tokens are its prompt's and the most that it may generate. Up to `max_waiting`
    requests wait, with up to `max_waiting_tokens` in all. The interactive lane goes before the
    batch lane, which never takes the last `reserved_places`; callers of a lane take turns
    (fair_queue.py). EngineBusy at once when the queue is full or when the deadline cannot be met,
    estimated from recent requests; EngineTimeout when the deadline passes in the queue. A full
    queue drops batch requests for interactive ones.
    """

    def __init__(
        self,
        *,
        places: int,
        max_waiting: int,
        max_running_tokens: int = 0,
        max_waiting_tokens: int = 0,
        reserved_places: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._reserved_places = min(reserved_places, places - 1)
        self._max_running_tokens = max_running_tokens or UNLIMITED
        self._max_waiting = max_waiting
        self._max_waiting_tokens = max_waiting_tokens or UNLIMITED
        self._clock = clock
        self._queues: dict[Lane, FairQueue] = {lane: FairQueue() for lane in LANES}
        self._throughput = ThroughputEstimator()
        self.running = 0
        self.running_tokens = 0

    def count_waiting(self, lane: Lane) -> int:
        """How many requests of `lane` wait."""
        return self._queues[lane].length

    def count_waiting_tokens(self, lane: Lane) -> int:
        """How many tokens the waiting requests of `lane` have."""
        return self._queues[lane].tokens

    @asynccontextmanager
    async def acquire_place(
        self, request: AdmissionRequest
    ) -> AsyncIterator[Callable[[int], None]]:
        """Hold a place while the block runs; call the yielded function with generated tokens."""
        self._refuse_if_too_late(request)
        if self._has_waiters_before(request) or not self._has_room_for(request):
            await self._wait(request)
        else:
            self._enter(request)
        began, token_counts = self._clock(), list[int]()
        try:
            yield token_counts.append
        finally:
            self._throughput.record(self._clock() - began, sum(token_counts))
            self._exit(request)

    def estimate_wait_s(self, request: AdmissionRequest) -> float:
        """How long `request` would wait if it came now, from recent durations."""
        if not self._has_waiters_before(request) and self._has_room_for(request):
            return 0.0
        queue = self._queues[request.lane]
        before = self.count_waiting("interactive") if request.lane == "batch" else 0
        ahead = before + queue.count_ahead(request.caller)
        return (ahead + 1) * self._throughput.mean_s / self._places

    def _has_waiters_before(self, request: AdmissionRequest) -> bool:
        lanes = LANES if request.lane == "batch" else LANES[:1]
        return any(self._queues[lane].length for lane in lanes)

    def _has_room_for(self, request: AdmissionRequest) -> bool:
        places = self._places - (self._reserved_places if request.lane == "batch" else 0)
        room = self._max_running_tokens - self.running_tokens
        return self.running < places and min(request.tokens, self._max_running_tokens) <= room

    def _enter(self, request: AdmissionRequest) -> None:
        self.running += 1
        self.running_tokens += min(request.tokens, self._max_running_tokens)

    def _exit(self, request: AdmissionRequest) -> None:
        self.running -= 1
        self.running_tokens -= min(request.tokens, self._max_running_tokens)
        self._admit_waiting()

    def _refuse_if_too_late(self, request: AdmissionRequest) -> None:
        wait_s = self.estimate_wait_s(request)
        total_s = wait_s + self._throughput.estimate_s(request.max_new_tokens)
        if request.deadline_s is not None and total_s > request.deadline_s:
            raise EngineBusy(
                f"the deadline of {request.deadline_s:.1f} s cannot be met now",
                retry_after=_round_up(wait_s),
            )
        if self._has_room_for(request) and not self._has_waiters_before(request):
            return
        while self._is_full_for(request):
            if request.lane == "batch" or not self._drop_batch_waiter():
                raise EngineBusy("the queue is full", retry_after=self._estimate_retry_after())

    def _is_full_for(self, request: AdmissionRequest) -> bool:
        tokens = sum(map(self.count_waiting_tokens, LANES))
        full = tokens > 0 and tokens + request.tokens > self._max_waiting_tokens
        return full or sum(map(self.count_waiting, LANES)) >= self._max_waiting

    def _drop_batch_waiter(self) -> bool:
        """Refuse the last batch request that waits; False when none waits."""
        while waiter := self._queues["batch"].drop_last():
            if not waiter.turn.done():
                busy = EngineBusy(
                    "an interactive request took this place in the queue; try again",
                    retry_after=self._estimate_retry_after(),
                )
                waiter.turn.set_exception(busy)
                return True
        return False

    def _estimate_retry_after(self) -> int:
        return _round_up(self.estimate_wait_s(AdmissionRequest(lane="batch")))

    async def _wait(self, request: AdmissionRequest) -> None:
        waiter = Waiter(request)
        self._queues[request.lane].add(waiter)
        try:
            async with asyncio.timeout(request.deadline_s):
                await waiter.turn
        except BaseException as error:
            self._remove_waiter(waiter)
            if isinstance(error, TimeoutError):
                raise EngineTimeout("the deadline passed in the queue") from None
            raise

    def _remove_waiter(self, waiter: Waiter) -> None:
        """Remove a waiter that gave up; the next one gets a place that it had just been given."""
        turn = waiter.turn
        if self._queues[waiter.request.lane].remove(waiter):
            self._admit_waiting()  # a smaller request behind it may fit
        elif turn.done() and not turn.cancelled() and not turn.exception():
            self._exit(waiter.request)

    def _admit_waiting(self) -> None:
        """Admit waiting requests in order while they fit; in a lane none overtakes another."""
        for lane in LANES:
            queue = self._queues[lane]
            while waiter := queue.peek():
                if not waiter.turn.done() and not self._has_room_for(waiter.request):
                    return
                queue.pop()
                if not waiter.turn.done():
                    self._enter(waiter.request)
                    waiter.turn.set_result(None)


class ThroughputEstimator:
    """Running means of the seconds per request and per generated token."""

    def __init__(self) -> None:
        self.mean_s = 0.0
        self._token_s = 0.0

    def record(self, seconds: float, tokens: int) -> None:
        """Record a request that held its place for `seconds` and generated `tokens`."""
        self.mean_s = _update_mean(self.mean_s, seconds)
        if tokens:
            self._token_s = _update_mean(self._token_s, seconds / tokens)

    def estimate_s(self, max_new_tokens: int | None) -> float:
        """Seconds for a text of at most `max_new_tokens`: the mean, or less for a short text."""
        if max_new_tokens is None or not self._token_s:
            return self.mean_s
        return min(self.mean_s, max_new_tokens * self._token_s)


def _update_mean(mean: float, newest: float) -> float:
    return mean + NEWEST_WEIGHT * (newest - mean) if mean else newest


def _round_up(seconds: float) -> int:
    return max(1, math.ceil(seconds))
