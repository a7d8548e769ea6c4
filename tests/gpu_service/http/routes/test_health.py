"""GET /health and /ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx

from edgefill.core.errors import InputRefused
from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.listening import wait_until_ready

RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


def test_ready_only_after_a_warm_up_generation(run_service: RunService) -> None:
    """/health answers from the start, /ready once the model has generated a text."""

    async def test() -> None:
        engine = ScriptedEngine(pause_s=0.5)
        async with run_service(engine) as client:
            assert (await client.get("/health")).json() == {"status": "ok"}
            early = await client.get("/ready")
            assert (early.status_code, "retry-after" in early.headers) == (503, True)
            await wait_until_ready(client)
            assert (await client.get("/ready")).json() == {"status": "ready", "model": "scripted"}
            assert len(engine.requests) == 1
            await engine.stop()
            assert (await client.get("/ready")).status_code == 503

    asyncio.run(test())


def test_an_engine_that_cannot_start_is_never_ready(run_service: RunService) -> None:
    """The process stays alive and reports it."""

    async def test() -> None:
        async with run_service(ScriptedEngine(start_error=InputRefused("no model"))) as client:
            await asyncio.sleep(0.01)
            assert (await client.get("/ready")).status_code == 503
            assert (await client.get("/health")).status_code == 200

    asyncio.run(test())
