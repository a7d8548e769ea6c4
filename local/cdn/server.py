"""HTTP servers that end together, at a signal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from lambdas.core.errors import EdgefillError
from local.cdn.app import App

GRACE = 2  # seconds for responses under way when a signal comes


@dataclass(frozen=True, slots=True)
class Server:
    """An application and where it is reached."""

    app: App
    host: str
    port: int


class PortTaken(EdgefillError):
    """A server could not listen; the text names the address."""


class _Quiet(uvicorn.Server):
    """Leaves signals to `serve`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(servers: Sequence[Server]) -> None:
    """Serve all until SIGTERM or SIGINT, or until one of them cannot; PortTaken."""
    running = [_Quiet(_config(server)) for server in servers]

    def stop() -> None:
        for each in running:
            each.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    results = await asyncio.gather(
        *(_until_end(each, server, stop) for each, server in zip(running, servers, strict=True)),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _until_end(running: _Quiet, server: Server, stop: Callable[[], None]) -> None:
    try:
        await running.serve()
    except SystemExit:  # how uvicorn says that it cannot listen
        raise PortTaken(f"{server.host}:{server.port}: cannot listen there") from None
    finally:
        stop()


def _config(server: Server) -> uvicorn.Config:
    return uvicorn.Config(
        server.app,
        host=server.host,
        port=server.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
    )
