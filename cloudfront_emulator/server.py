"""HTTP servers that stop together at a signal."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cloudfront_emulator.app import INTERIM_EXTENSION, App
from cloudfront_emulator.errors import ListenFailed

GRACE = 2  # seconds for responses in progress at a signal


@dataclass(frozen=True, slots=True)
class HttpServer:
    """An application and its address."""

    app: App
    host: str
    port: int


class _SignalFreeServer(uvicorn.Server):
    """Does not handle signals; `serve` does."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class InterimProtocol(HttpToolsProtocol):
    """HTTP/1.1 that can send interim responses, for which ASGI has no message."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {INTERIM_EXTENSION: self._send_interim}
        self.scope["extensions"] = extensions

    def _send_interim(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
        self.transport.write(b"HTTP/1.1 %d \r\n%b\r\n" % (status, lines))


async def serve(servers: Sequence[HttpServer]) -> None:
    """Serve all until SIGTERM or SIGINT. If one cannot listen, ListenFailed before any starts."""
    sockets = _open_listeners(servers)
    running = [_SignalFreeServer(make_config(server.app)) for server in servers]

    def stop() -> None:
        for each in running:
            each.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    results = await asyncio.gather(
        *(
            _serve_until_end(each, listening, stop)
            for each, listening in zip(running, sockets, strict=True)
        ),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _open_listeners(servers: Sequence[HttpServer]) -> list[socket.socket]:
    """One listening socket per server; if one fails, all are closed."""
    with ExitStack() as unless_all:
        sockets = [unless_all.enter_context(_open_listener(server)) for server in servers]
        unless_all.pop_all()
    return sockets


def _open_listener(server: HttpServer) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family)
    except OSError as error:
        where = f"{server.host}:{server.port}"
        raise ListenFailed(f"{where}: cannot listen: {_read_reason(error)}") from None


def _read_reason(error: OSError) -> str:
    """The system's message without the address that Python appends."""
    return str((error.strerror or "").partition(" (")[0])


async def _serve_until_end(
    running: _SignalFreeServer, listening: socket.socket, stop: Callable[[], None]
) -> None:
    try:
        await running.serve(sockets=[listening])
    finally:
        stop()


def make_config(app: App) -> uvicorn.Config:
    """The server's configuration. The client's address is the socket's, not X-Forwarded-For."""
    return uvicorn.Config(
        app,
        http=InterimProtocol,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
    )
