"""Admission by tokens, by caller, and by recent throughput."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from edgefill.core.errors import EngineBusy
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.fair_queue import AdmissionRequest


class ManualClock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def hold_place(
    admission: AdmissionController, request: AdmissionRequest, order: list[str]
) -> None:
    async with admission.acquire_place(request):
        order.append(request.caller)
        await asyncio.sleep(0)


async def run_pending_tasks() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_tokens_limit_what_runs() -> None:
    """A request that does not fit waits although a place is free, and none overtakes it."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(tokens=60)):
            requests = [
                AdmissionRequest(tokens=60, caller="large"),
                AdmissionRequest(tokens=10, caller="small"),
            ]
            tasks = [
                asyncio.create_task(hold_place(admission, request, order)) for request in requests
            ]
            await run_pending_tasks()
            assert (admission.running, admission.count_waiting_tokens("interactive")) == (1, 70)
        await asyncio.gather(*tasks)
        assert order == ["large", "small"]
        assert (admission.running, admission.running_tokens) == (0, 0)

    run(test)


def test_a_request_larger_than_the_limit_runs_on_its_own() -> None:
    """A limit that is too low blocks no request for ever."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        await hold_place(admission, AdmissionRequest(tokens=5000, caller="huge"), order)
        assert order == ["huge"]

    run(test)


def test_tokens_limit_the_queue() -> None:
    """The first may wait however large it is; the next is refused beyond the limit."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=1, max_waiting=9, max_waiting_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest()):
            waits = asyncio.create_task(
                hold_place(admission, AdmissionRequest(tokens=90, caller="a"), order)
            )
            await run_pending_tasks()
            with pytest.raises(EngineBusy, match="queue is full"):
                await hold_place(admission, AdmissionRequest(tokens=20, caller="b"), order)
        await waits
        assert order == ["a"]

    run(test)


def test_callers_take_turns_for_places() -> None:
    """One caller's many requests do not delay another caller's first."""

    async def test() -> None:
        admission, order = AdmissionController(places=1, max_waiting=9), list[str]()
        async with admission.acquire_place(AdmissionRequest()):
            callers = ("greedy", "greedy", "greedy", "modest")
            calls = [
                hold_place(admission, AdmissionRequest(caller=caller), order) for caller in callers
            ]
            tasks = [asyncio.create_task(call) for call in calls]
            await run_pending_tasks()
        await asyncio.gather(*tasks)
        assert order == ["greedy", "modest", "greedy", "greedy"]

    run(test)


def test_the_batch_lane_leaves_reserved_places() -> None:
    """An interactive request finds one free, however much batch work there is."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=2, max_waiting=9, reserved_places=1),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            batch = AdmissionRequest(lane="batch", caller="batch")
            waits = asyncio.create_task(hold_place(admission, batch, order))
            await run_pending_tasks()
            assert admission.count_waiting("batch") == 1
            await hold_place(admission, AdmissionRequest(caller="visitor"), order)
        await waits
        assert order == ["visitor", "batch"]

    run(test)


def test_a_short_text_meets_a_deadline_that_a_long_one_cannot() -> None:
    """The seconds per token give the estimate for a text of few tokens."""

    async def test() -> None:
        clock, order = ManualClock(), list[str]()
        admission = AdmissionController(places=1, max_waiting=9, clock=clock)
        async with admission.acquire_place(AdmissionRequest()) as count_tokens:
            count_tokens(100)
            clock.now += 10
        await hold_place(
            admission, AdmissionRequest(max_new_tokens=5, deadline_s=1, caller="short"), order
        )
        with pytest.raises(EngineBusy, match="cannot be met"):
            await hold_place(admission, AdmissionRequest(max_new_tokens=500, deadline_s=1), order)
        assert order == ["short"]

    run(test)


def test_a_request_that_gives_up_lets_a_smaller_one_pass() -> None:
    """A large request that leaves the queue no longer blocks one that fits."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(tokens=60)):
            large = asyncio.create_task(hold_place(admission, AdmissionRequest(tokens=60), order))
            small = asyncio.create_task(
                hold_place(admission, AdmissionRequest(tokens=10, caller="s"), order)
            )
            await run_pending_tasks()
            large.cancel()
            await small
        await asyncio.gather(large, return_exceptions=True)
        assert order == ["s"]

    run(test)
