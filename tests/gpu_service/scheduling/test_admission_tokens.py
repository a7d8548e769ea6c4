"""Admission by tokens, in turns, by the pace of late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from edgefill.core.errors import EngineBusy
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.fair_queue import AdmissionRequest


class Clock:
    """A clock that stands until told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def hold(admission: AdmissionController, demand: AdmissionRequest, order: list[str]) -> None:
    async with admission.acquire_place(demand):
        order.append(demand.caller)
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_tokens_bound_what_is_written() -> None:
    """A text that does not fit waits although a place is free; nobody overtakes it."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(tokens=60)):
            asked = [
                AdmissionRequest(tokens=60, caller="large"),
                AdmissionRequest(tokens=10, caller="small"),
            ]
            tasks = [asyncio.create_task(hold(admission, demand, order)) for demand in asked]
            await settle()
            assert (admission.running, admission.count_waiting_tokens("interactive")) == (1, 70)
        await asyncio.gather(*tasks)
        assert order == ["large", "small"]
        assert (admission.running, admission.running_tokens) == (0, 0)

    run(test)


def test_a_text_larger_than_the_bound_is_written_alone() -> None:
    """A bound set too low stops nobody for ever."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        await hold(admission, AdmissionRequest(tokens=5000, caller="huge"), order)
        assert order == ["huge"]

    run(test)


def test_tokens_bound_the_queue() -> None:
    """The first may wait however large it is, the next is refused beyond the bound."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=1, max_waiting=9, max_waiting_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest()):
            waits = asyncio.create_task(
                hold(admission, AdmissionRequest(tokens=90, caller="a"), order)
            )
            await settle()
            with pytest.raises(EngineBusy, match="queue is full"):
                await hold(admission, AdmissionRequest(tokens=20, caller="b"), order)
        await waits
        assert order == ["a"]

    run(test)


def test_callers_take_turns_for_places() -> None:
    """One caller's many requests do not hold up another's first."""

    async def test() -> None:
        admission, order = AdmissionController(places=1, max_waiting=9), list[str]()
        async with admission.acquire_place(AdmissionRequest()):
            callers = ("greedy", "greedy", "greedy", "modest")
            calls = [hold(admission, AdmissionRequest(caller=caller), order) for caller in callers]
            tasks = [asyncio.create_task(call) for call in calls]
            await settle()
        await asyncio.gather(*tasks)
        assert order == ["greedy", "modest", "greedy", "greedy"]

    run(test)


def test_the_batch_lane_leaves_reserved_places() -> None:
    """An interactive request finds one of them free however much batch work there is."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=2, max_waiting=9, reserved_places=1),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            batch = AdmissionRequest(lane="batch", caller="batch")
            waits = asyncio.create_task(hold(admission, batch, order))
            await settle()
            assert admission.count_waiting("batch") == 1
            await hold(admission, AdmissionRequest(caller="visitor"), order)
        await waits
        assert order == ["visitor", "batch"]

    run(test)


def test_a_short_text_makes_a_deadline_that_a_long_one_cannot() -> None:
    """The pace of a token tells how long a text of few tokens takes."""

    async def test() -> None:
        clock, order = Clock(), list[str]()
        admission = AdmissionController(places=1, max_waiting=9, clock=clock)
        async with admission.acquire_place(AdmissionRequest()) as wrote:
            wrote(100)
            clock.now += 10
        await hold(
            admission, AdmissionRequest(max_new_tokens=5, deadline_s=1, caller="short"), order
        )
        with pytest.raises(EngineBusy, match="cannot be met"):
            await hold(admission, AdmissionRequest(max_new_tokens=500, deadline_s=1), order)
        assert order == ["short"]

    run(test)


def test_who_gives_up_lets_a_smaller_one_by() -> None:
    """A large text that leaves the queue no longer holds up what fits."""

    async def test() -> None:
        admission, order = (
            AdmissionController(places=9, max_waiting=9, max_running_tokens=100),
            list[str](),
        )
        async with admission.acquire_place(AdmissionRequest(tokens=60)):
            large = asyncio.create_task(hold(admission, AdmissionRequest(tokens=60), order))
            small = asyncio.create_task(
                hold(admission, AdmissionRequest(tokens=10, caller="s"), order)
            )
            await settle()
            large.cancel()
            await small
        await asyncio.gather(large, return_exceptions=True)
        assert order == ["s"]

    run(test)
