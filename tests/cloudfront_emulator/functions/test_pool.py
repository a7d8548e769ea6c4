"""Environments: one event at a time each, and none is spoilt by a viewer who leaves."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.errors import FunctionFailed
from cloudfront_emulator.functions.environment_spec import EnvironmentSpec
from cloudfront_emulator.functions.pool import EnvironmentPool
from tests.cloudfront_emulator.functions.conftest import is_alive

Write = Callable[..., Path]
WAITS = """
    import os, time
    def handler(event, context):
        while "until" in event and not os.path.exists(event["until"]):
            time.sleep(0.001)
        return [event["n"], os.getpid()]
"""


def run(write: Write, use: Callable[[EnvironmentPool], Awaitable[Any]], *, limit: int = 8) -> Any:
    async def main() -> Any:
        pool = EnvironmentPool(make_spec(write(WAITS)), limit=limit)
        try:
            return await use(pool)
        finally:
            pids = pool.pids
            await pool.close()
            assert not [pid for pid in pids if is_alive(pid)]

    return asyncio.run(main())


def make_spec(code: Path) -> EnvironmentSpec:
    return EnvironmentSpec(
        name="Fn",
        root=code,
        handler="index.handler",
        runtime="python3.13",
        memory_mb=128,
        python=sys.executable,
    )


async def invoke(pool: EnvironmentPool, event: bytes) -> Any:
    environment = await pool.acquire()
    return await environment.invoke(event, request_id="r", timeout=60)


def call(pool: EnvironmentPool, n: int, **event: Any) -> asyncio.Task[Any]:
    return asyncio.ensure_future(invoke(pool, json.dumps({"n": n, **event}).encode()))


def test_each_environment_has_one_event_at_a_time(write: Write, tmp_path: Path) -> None:
    """Lambda Developer Guide, lambda-concurrency: a second event needs a second environment."""
    until = tmp_path / "go"

    async def use(pool: EnvironmentPool) -> set[int]:
        first = call(pool, 1, until=str(until))
        second = await call(pool, 2)
        assert not first.done()
        until.touch()
        return {second[1], (await first)[1]}

    assert len(run(write, use)) == 2


def test_events_beyond_the_limit_of_environments_wait(write: Write) -> None:
    """Here they wait for their turn; AWS throttles at its quota (lambda-concurrency)."""

    async def use(pool: EnvironmentPool) -> list[Any]:
        return await asyncio.gather(*(call(pool, n) for n in range(20)))

    answers = run(write, use, limit=2)
    assert [n for n, _ in answers] == list(range(20))
    assert len({pid for _, pid in answers}) <= 2


def test_the_most_recently_used_environment_comes_first(write: Write, tmp_path: Path) -> None:
    """So that the others could be taken away, as Lambda takes idle ones."""
    until = tmp_path / "go"

    async def use(pool: EnvironmentPool) -> None:
        first = call(pool, 1, until=str(until))
        await call(pool, 2)
        until.touch()
        _, last_used = await first
        for n in range(5):
            assert await call(pool, n) == [n, last_used]

    run(write, use)


def test_a_cancelled_call_does_not_take_anothers_answer(write: Write, tmp_path: Path) -> None:
    """A cancelled call continues; the environment's next answer belongs to the next event."""
    until = tmp_path / "go"

    async def use(pool: EnvironmentPool) -> list[int]:
        warm = await call(pool, 0)
        cancelled = call(pool, 1, until=str(until))
        await asyncio.sleep(0)
        cancelled.cancel()
        following = call(pool, 2)
        await asyncio.sleep(0)
        until.touch()
        assert await following == [2, warm[1]]
        assert await call(pool, 3) == [3, warm[1]]
        return [len(pool.pids)]

    assert run(write, use, limit=1) == [1]


def test_a_viewer_who_leaves_during_a_start_costs_nothing(write: Write) -> None:
    """The environment that was started for it serves the next event."""

    async def use(pool: EnvironmentPool) -> None:
        cancelled = call(pool, 1)
        await asyncio.sleep(0)
        cancelled.cancel()
        pids = pool.pids
        _, pid = await call(pool, 2)
        assert pids == {pid} == pool.pids

    run(write, use, limit=1)


def test_closing_ends_calls_in_progress(write: Write) -> None:
    """They fail, and so do those that wait."""

    async def use(pool: EnvironmentPool) -> None:
        calls = [call(pool, n, until="/nowhere") for n in range(2)]
        await asyncio.sleep(0)
        await pool.close()
        for each in calls:
            with pytest.raises(FunctionFailed, match="stopped"):
                await each

    run(write, use, limit=1)


def test_environments_end_with_their_parent(write: Write, tmp_path: Path) -> None:
    """Also during a call that computes, and without being closed."""
    busy = """
        import os
        def handler(event, context):
            open(event["begun"], "w").write(str(os.getpid()))
            while True: pass
    """
    begun = tmp_path / "begun"
    done = subprocess.run(
        [sys.executable, "-c", PARENT, str(write(busy)), str(begun)], check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL
    try:
        process = os.pidfd_open(int(begun.read_text()))
    except ProcessLookupError:
        return  # gone already
    poll = select.poll()
    poll.register(process, select.POLLIN)
    assert poll.poll(60_000), "the environment outlives its parent"
    os.close(process)


PARENT = textwrap.dedent("""
    import asyncio, json, os, signal, sys
    from pathlib import Path
    from cloudfront_emulator.functions.pool import EnvironmentPool
    from tests.cloudfront_emulator.functions.test_pool import invoke, make_spec

    async def main(code, begun):
        event = json.dumps({"begun": begun}).encode()
        call = asyncio.ensure_future(invoke(EnvironmentPool(make_spec(Path(code))), event))
        while not Path(begun).exists() or not Path(begun).read_text():
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(main(*sys.argv[1:]))
""")
