"""Run the service on a real port, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import httpx
import uvicorn

from gpu_service.__main__ import open_listener
from gpu_service.app import create_app
from gpu_service.engines.engine import Engine
from gpu_service.http.server import DrainingServer
from gpu_service.scheduling.draining import DrainTracker
from gpu_service.settings import GpuServiceSettings


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class RunningService:
    """A running service at `url`; `failures` holds the reasons that it reported."""

    def __init__(self, url: str, server: DrainingServer) -> None:
        self.url = url
        self.server = server
        self.failures: list[str] = []


@asynccontextmanager
async def run_on_port(
    engine: Engine, *, http: Literal["auto", "h11", "httptools"] = "auto", **settings: Any
) -> AsyncIterator[RunningService]:
    """Serve `engine` while the block runs; it is ready when the block begins."""
    configured = GpuServiceSettings(port=find_free_port(), **settings)
    draining, failures = DrainTracker(), list[str]()
    app = create_app(engine, configured, on_failure=failures.append, draining=draining)
    config = uvicorn.Config(
        app, log_level="critical", timeout_graceful_shutdown=1, ws="none", http=http
    )
    server = DrainingServer(
        config, draining, drain_s=configured.drain_s, headers_s=configured.headers_s
    )
    service = RunningService(f"http://127.0.0.1:{configured.port}", server)
    service.failures = failures
    serving = asyncio.create_task(server.serve(sockets=[open_listener(configured)]))
    try:
        async with httpx.AsyncClient(base_url=service.url) as client:
            await wait_until_ready(client)
        yield service
    finally:
        server.should_exit = True
        await serving


async def wait_until_ready(client: httpx.AsyncClient) -> None:
    """Return once the service has warmed up; TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while True:
            with suppress(httpx.ConnectError):
                if (await client.get("/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.001)
