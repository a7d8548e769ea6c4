"""Request collapsing."""

import asyncio

from cloudfront_emulator.cache.collapse import RequestCollapser


def test_concurrent_work_for_one_key_is_done_once() -> None:
    """Two hundred who ask at once share one piece of work; the next one begins anew."""
    done: list[int] = []

    async def work() -> int:
        await asyncio.sleep(0)
        done.append(1)
        return len(done)

    async def ask() -> tuple[list[int], int]:
        collapse: RequestCollapser[int] = RequestCollapser()
        shared = await asyncio.gather(*(collapse.run("key", work) for _ in range(200)))
        return shared, await collapse.run("key", work)

    assert asyncio.run(ask()) == ([1] * 200, 2)


def test_keys_do_not_wait_for_each_other() -> None:
    """Different keys are different work."""

    async def ask() -> list[str]:
        collapse: RequestCollapser[str] = RequestCollapser()

        async def work(key: str) -> str:
            return key

        return await asyncio.gather(*(collapse.run(k, lambda k=k: work(k)) for k in "ab"))  # type: ignore[misc]

    assert asyncio.run(ask()) == ["a", "b"]


def test_a_waiter_that_gives_up_does_not_stop_the_work() -> None:
    """Cancelling one waiter leaves the others their answer."""

    async def ask() -> str:
        collapse: RequestCollapser[str] = RequestCollapser()
        go = asyncio.Event()

        async def work() -> str:
            await go.wait()
            return "done"

        first = asyncio.ensure_future(collapse.run("key", work))
        second = asyncio.ensure_future(collapse.run("key", work))
        await asyncio.sleep(0)
        first.cancel()
        go.set()
        return await second

    assert asyncio.run(ask()) == "done"
