"""A uvicorn server that lets running requests finish before it stops listening."""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import structlog
import uvicorn

from gpu_service.http.slow_connections import SlowConnectionCloser
from gpu_service.scheduling.draining import DrainTracker

log = structlog.get_logger()


class DrainingServer(uvicorn.Server):
    """Gives each client `headers_s` seconds for the headers of a request.

    After SIGTERM or SIGINT, /ready and new requests answer 503, and running ones get `drain_s`.

    The port stays open meanwhile, so that a load balancer receives the 503 and no connection is
    refused. A second signal ends the server at once.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        drain_tracker: DrainTracker,
        *,
        drain_s: float,
        headers_s: float,
    ) -> None:
        super().__init__(config)
        self._drain_tracker = drain_tracker
        self._drain_s = drain_s
        self._slow_connections = SlowConnectionCloser(headers_s)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drain_task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; uvicorn's hook."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Close slow connections; uvicorn's hook, called ten times a second."""
        self._slow_connections.close_slow(list(self.server_state.connections))
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal; uvicorn's hook."""
        if self._loop is None or self._drain_tracker.is_draining:
            self.should_exit = True
            return
        self._drain_tracker.start()
        self._loop.call_soon_threadsafe(self._start_draining)

    def _start_draining(self) -> None:
        self._drain_task = asyncio.create_task(self._drain_and_exit())

    async def _drain_and_exit(self) -> None:
        log.info("draining", within_s=self._drain_s)
        drained = await self._drain_tracker.wait_until_idle(within_s=self._drain_s)
        log.info("drained" if drained else "drain_timeout")
        self.should_exit = True
