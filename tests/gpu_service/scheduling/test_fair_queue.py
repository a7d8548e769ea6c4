"""The order in which a lane's callers take turns."""

from __future__ import annotations

import asyncio

from gpu_service.scheduling.fair_queue import AdmissionRequest, FairQueue, Waiter


def make_queue(*callers: str) -> tuple[FairQueue, list[Waiter]]:
    queue = FairQueue()
    waiters = [Waiter(AdmissionRequest(caller=caller, tokens=10)) for caller in callers]
    for waiter in waiters:
        queue.add(waiter)
    return queue, waiters


def run(test: object) -> None:
    async def run_in_loop() -> None:
        assert callable(test)
        test()

    asyncio.run(run_in_loop())


def test_callers_take_turns() -> None:
    """A caller with many requests waits for them itself; others do not."""

    def test() -> None:
        queue, _ = make_queue("greedy", "greedy", "greedy", "modest", "late")
        callers = [queue.pop().request.caller for _ in range(5)]
        assert callers == ["greedy", "modest", "late", "greedy", "greedy"]
        assert (queue.peek(), queue.length, queue.tokens) == (None, 0, 0)

    run(test)


def test_a_new_request_waits_for_its_own_and_one_of_each_other() -> None:
    """The estimate on which deadlines are checked."""

    def test() -> None:
        queue, _ = make_queue("a", "a", "a", "b")
        assert [queue.count_ahead(name) for name in ("a", "b", "new")] == [4, 3, 2]

    run(test)


def test_the_longest_line_loses_its_last_waiter() -> None:
    """The caller with the most waiters loses one; an empty lane has none to lose."""

    def test() -> None:
        queue, waiters = make_queue("a", "b", "b")
        assert queue.drop_last() is waiters[2]
        assert (queue.length, queue.tokens) == (2, 20)
        assert queue.remove(waiters[0])
        assert not queue.remove(waiters[0])
        assert queue.drop_last() is waiters[1]
        assert queue.drop_last() is None

    run(test)
