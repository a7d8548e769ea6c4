"""Which requests run, which wait and which are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from edgefill.core.errors import EngineBusy, EngineTimeout
from gpu_service.engines.engine import Lane
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.fair_queue import AdmissionRequest


class ManualClock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


async def hold_place(
    admission: AdmissionController, request: AdmissionRequest, name: str, order: list[str]
) -> None:
    async with admission.acquire_place(request):
        order.append(name)
        await asyncio.sleep(0)


async def run_pending_tasks() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_interactive_goes_before_batch() -> None:
    """Within a lane the first come goes first; the interactive lane goes before the batch lane."""

    async def test() -> None:
        admission, order = AdmissionController(places=1, max_waiting=9), list[str]()
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            queued: tuple[tuple[Lane, str], ...]
            queued = (("batch", "b1"), ("batch", "b2"), ("interactive", "i1"))
            calls = [
                hold_place(admission, AdmissionRequest(lane=lane), name, order)
                for lane, name in queued
            ]
            tasks = [asyncio.create_task(call) for call in calls]
            await run_pending_tasks()
            assert (admission.count_waiting("interactive"), admission.count_waiting("batch")) == (
                1,
                2,
            )
        await asyncio.gather(*tasks)
        assert order == ["i1", "b1", "b2"]
        assert admission.running == 0

    run(test)


def test_a_full_queue_refuses_at_once() -> None:
    """EngineBusy with a Retry-After."""

    async def test() -> None:
        admission = AdmissionController(places=1, max_waiting=0)
        async with admission.acquire_place(AdmissionRequest()):
            with pytest.raises(EngineBusy, match="queue is full") as error:
                async with admission.acquire_place(AdmissionRequest()):
                    pass
        assert error.value.retry_after >= 1

    run(test)


def test_an_interactive_request_takes_the_last_batch_place_in_a_full_queue() -> None:
    """The last batch request is refused to make room."""

    async def test() -> None:
        admission, order = AdmissionController(places=1, max_waiting=1), list[str]()
        async with admission.acquire_place(AdmissionRequest()):
            batch = asyncio.create_task(
                hold_place(admission, AdmissionRequest(lane="batch"), "b", order)
            )
            await run_pending_tasks()
            visitor = asyncio.create_task(hold_place(admission, AdmissionRequest(), "i", order))
            await run_pending_tasks()
        await visitor
        with pytest.raises(EngineBusy, match="took this place"):
            await batch
        assert order == ["i"]

    run(test)


def test_a_hopeless_deadline_is_refused_at_once() -> None:
    """The estimate is how long the last request held its place."""

    async def test() -> None:
        clock = ManualClock()
        admission = AdmissionController(places=1, max_waiting=9, clock=clock)
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            clock.now += 10
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            with pytest.raises(EngineBusy, match="cannot be met") as error:
                async with admission.acquire_place(AdmissionRequest(deadline_s=15)):
                    pass
            assert error.value.retry_after == 10

    run(test)


def test_the_deadline_passes_in_the_queue() -> None:
    """EngineTimeout, and the request leaves the queue."""

    async def test() -> None:
        admission = AdmissionController(places=1, max_waiting=9)
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            with pytest.raises(EngineTimeout):
                async with admission.acquire_place(AdmissionRequest(deadline_s=0.001)):
                    pass
            assert admission.count_waiting("interactive") == 0
        assert admission.running == 0

    run(test)


def test_a_place_of_a_cancelled_request_goes_to_the_next() -> None:
    """Cancelling a request between its turn and its start loses no place."""

    async def test() -> None:
        admission, order = AdmissionController(places=1, max_waiting=9), list[str]()
        async with admission.acquire_place(AdmissionRequest(lane="batch")):
            gone = asyncio.create_task(
                hold_place(admission, AdmissionRequest(lane="batch"), "gone", order)
            )
            next_ = asyncio.create_task(
                hold_place(admission, AdmissionRequest(lane="batch"), "next", order)
            )
            await run_pending_tasks()
        gone.cancel()
        await asyncio.gather(gone, next_, return_exceptions=True)
        assert order == ["next"]
        assert admission.running == 0

    run(test)
