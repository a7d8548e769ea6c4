"""Admission by tokens, in turns, by the pace of late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from edgefill.core.errors import EngineBusy
from gpu_service.scheduling.admission import Admission
from gpu_service.scheduling.fair_queue import Demand


class Clock:
    """A clock that stands until told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


async def hold(admission: Admission, demand: Demand, order: list[str]) -> None:
    async with admission.place(demand):
        order.append(demand.caller)
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_tokens_bound_what_is_written() -> None:
    """A text that does not fit waits although a place is free; nobody overtakes it."""

    async def test() -> None:
        admission, order = Admission(places=9, queue=9, tokens=100), list[str]()
        async with admission.place(Demand(tokens=60)):
            asked = [Demand(tokens=60, caller="large"), Demand(tokens=10, caller="small")]
            tasks = [asyncio.create_task(hold(admission, demand, order)) for demand in asked]
            await settle()
            assert (admission.writing, admission.waiting_tokens("interactive")) == (1, 70)
        await asyncio.gather(*tasks)
        assert order == ["large", "small"]
        assert (admission.writing, admission.writing_tokens) == (0, 0)

    run(test)


def test_a_text_larger_than_the_bound_is_written_alone() -> None:
    """A bound set too low stops nobody for ever."""

    async def test() -> None:
        admission, order = Admission(places=9, queue=9, tokens=100), list[str]()
        await hold(admission, Demand(tokens=5000, caller="huge"), order)
        assert order == ["huge"]

    run(test)


def test_tokens_bound_the_queue() -> None:
    """The first may wait however large it is, the next is refused beyond the bound."""

    async def test() -> None:
        admission, order = Admission(places=1, queue=9, queue_tokens=100), list[str]()
        async with admission.place(Demand()):
            waits = asyncio.create_task(hold(admission, Demand(tokens=90, caller="a"), order))
            await settle()
            with pytest.raises(EngineBusy, match="queue is full"):
                await hold(admission, Demand(tokens=20, caller="b"), order)
        await waits
        assert order == ["a"]

    run(test)


def test_callers_take_turns_for_places() -> None:
    """One caller's many requests do not hold up another's first."""

    async def test() -> None:
        admission, order = Admission(places=1, queue=9), list[str]()
        async with admission.place(Demand()):
            callers = ("greedy", "greedy", "greedy", "modest")
            calls = [hold(admission, Demand(caller=caller), order) for caller in callers]
            tasks = [asyncio.create_task(call) for call in calls]
            await settle()
        await asyncio.gather(*tasks)
        assert order == ["greedy", "modest", "greedy", "greedy"]

    run(test)


def test_the_batch_lane_leaves_reserved_places() -> None:
    """An interactive request finds one of them free however much batch work there is."""

    async def test() -> None:
        admission, order = Admission(places=2, queue=9, reserved=1), list[str]()
        async with admission.place(Demand(lane="batch")):
            batch = Demand(lane="batch", caller="batch")
            waits = asyncio.create_task(hold(admission, batch, order))
            await settle()
            assert admission.waiting("batch") == 1
            await hold(admission, Demand(caller="visitor"), order)
        await waits
        assert order == ["visitor", "batch"]

    run(test)


def test_a_short_text_makes_a_deadline_that_a_long_one_cannot() -> None:
    """The pace of a token tells how long a text of few tokens takes."""

    async def test() -> None:
        clock, order = Clock(), list[str]()
        admission = Admission(places=1, queue=9, clock=clock)
        async with admission.place(Demand()) as wrote:
            wrote(100)
            clock.now += 10
        await hold(admission, Demand(longest=5, deadline_s=1, caller="short"), order)
        with pytest.raises(EngineBusy, match="cannot be met"):
            await hold(admission, Demand(longest=500, deadline_s=1), order)
        assert order == ["short"]

    run(test)


def test_who_gives_up_lets_a_smaller_one_by() -> None:
    """A large text that leaves the queue no longer holds up what fits."""

    async def test() -> None:
        admission, order = Admission(places=9, queue=9, tokens=100), list[str]()
        async with admission.place(Demand(tokens=60)):
            large = asyncio.create_task(hold(admission, Demand(tokens=60), order))
            small = asyncio.create_task(hold(admission, Demand(tokens=10, caller="s"), order))
            await settle()
            large.cancel()
            await small
        await asyncio.gather(large, return_exceptions=True)
        assert order == ["s"]

    run(test)
