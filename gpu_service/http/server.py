"""Server: uvicorn, that lets running requests finish before it stops listening."""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import structlog
import uvicorn

from gpu_service.scheduling.draining import Draining

log = structlog.get_logger()


class DrainingServer(uvicorn.Server):
    """After SIGTERM or SIGINT: /ready and new requests answer 503, running ones have `drain_s`.

    The port stays open meanwhile, so that a load balancer hears the 503 and no connection is
    refused. A second signal ends the server at once.
    """

    def __init__(self, config: uvicorn.Config, draining: Draining, *, drain_s: float) -> None:
        super().__init__(config)
        self._draining = draining
        self._drain_s = drain_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; uvicorn's hook."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came; uvicorn's hook."""
        if self._loop is None or self._draining.begun:
            self.should_exit = True
            return
        self._draining.begin()
        self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        log.info("draining", within_s=self._drain_s)
        drained = await self._draining.finished(within_s=self._drain_s)
        log.info("drained" if drained else "cut")
        self.should_exit = True
