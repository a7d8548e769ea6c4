"""The order in which a lane's callers have their turn."""

from __future__ import annotations

import asyncio

from gpu_service.scheduling.fair_queue import AdmissionRequest, FairQueue, Waiter


def queue_of(*callers: str) -> tuple[FairQueue, list[Waiter]]:
    queue = FairQueue()
    waiters = [Waiter(AdmissionRequest(caller=caller, tokens=10)) for caller in callers]
    for waiter in waiters:
        queue.add(waiter)
    return queue, waiters


def run(test: object) -> None:
    async def tested() -> None:
        assert callable(test)
        test()

    asyncio.run(tested())


def test_callers_take_turns() -> None:
    """Whoever asks for much waits for its own, not others for it."""

    def test() -> None:
        queue, _ = queue_of("greedy", "greedy", "greedy", "modest", "late")
        taken = [queue.pop().request.caller for _ in range(5)]
        assert taken == ["greedy", "modest", "late", "greedy", "greedy"]
        assert (queue.peek(), queue.length, queue.tokens) == (None, 0, 0)

    run(test)


def test_who_comes_now_waits_for_its_own_and_one_of_each_other() -> None:
    """The prediction that deadlines are judged by."""

    def test() -> None:
        queue, _ = queue_of("a", "a", "a", "b")
        assert [queue.count_ahead(name) for name in ("a", "b", "new")] == [4, 3, 2]

    run(test)


def test_the_longest_line_loses_its_last() -> None:
    """Displacement takes from who asks for most; an empty lane has nobody to take."""

    def test() -> None:
        queue, waiters = queue_of("a", "b", "b")
        assert queue.drop_last() is waiters[2]
        assert (queue.length, queue.tokens) == (2, 20)
        assert queue.remove(waiters[0])
        assert not queue.remove(waiters[0])
        assert queue.drop_last() is waiters[1]
        assert queue.drop_last() is None

    run(test)
