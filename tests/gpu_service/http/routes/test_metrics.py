"""GET /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx

from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.listening import wait_until_ready

RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


def test_texts_tokens_and_refusals_are_counted(run_service: RunService) -> None:
    """One text is generated and one request refused; two services share no counter."""

    async def test() -> str:
        async with run_service(ScriptedEngine(lambda _: ("a", "b"))) as client:
            await wait_until_ready(client)
            order = {"prompt": "x", "format": "text"}
            assert (await client.post("/v1/templates", json=order)).status_code == 200
            hopeless = order | {"deadline_s": 1e-9}
            assert (await client.post("/v1/templates", json=hopeless)).status_code in (429, 504)
            return (await client.get("/metrics")).text

    for _ in range(2):
        metrics = asyncio.run(test())
        assert 'edgefill_gpu_finished_total{finish_reason="stop",lane="interactive"} 1.0' in metrics
        assert 'edgefill_gpu_tokens_total{kind="completion"} 2.0' in metrics
        assert "edgefill_gpu_first_token_seconds_count" in metrics
        assert "edgefill_gpu_refused_total{reason=" in metrics
        assert 'edgefill_gpu_queue_depth{lane="batch"} 0.0' in metrics
