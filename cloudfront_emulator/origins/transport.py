"""The connections to all origins: new ones, and idle ones that serve another request."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from ssl import SSLContext

import httpx

from cloudfront_emulator.origins.connection import OriginConnection

# Many servers close an idle connection after 5 seconds.
KEEPALIVE_S = 4.0
MAX_IDLE = 256

_Address = tuple[str, str, int]  # scheme, host, port


class OriginTransport(httpx.AsyncBaseTransport):
    """Sends each request on a connection of its own; at most MAX_IDLE idle ones are kept.

    The extension `timeout` of a request bounds connecting, writing and reading, `target` is sent
    as it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._idle: OrderedDict[OriginConnection, tuple[_Address, float]] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The origin's response; httpx.TransportError."""
        url = request.url
        address = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        connection = self._take_idle(address) or await self._connect(
            address, request.extensions["timeout"]["connect"]
        )
        return await connection.send(request)

    async def aclose(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.popitem()[0].close()

    def _take_idle(self, address: _Address) -> OriginConnection | None:
        """The connection to `address` that was used last, if it can still be used."""
        now = self._clock()
        for connection, (other, until) in reversed(list(self._idle.items())):
            if until <= now or (other == address and not connection.is_reusable()):
                self._drop(connection)
            elif other == address:
                del self._idle[connection]
                return connection
        return None

    async def _connect(self, address: _Address, timeout_s: float | None) -> OriginConnection:
        scheme, host, port = address

        def release(connection: OriginConnection) -> None:
            self._idle[connection] = (address, self._clock() + KEEPALIVE_S)
            if len(self._idle) > MAX_IDLE:
                self._drop(next(iter(self._idle)))

        try:
            async with asyncio.timeout(timeout_s):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: OriginConnection(release),
                    host,
                    port,
                    ssl=self._tls if scheme == "https" else None,
                )
        except TimeoutError:
            raise httpx.ConnectTimeout(f"{host}:{port}") from None
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return connection

    def _drop(self, connection: OriginConnection) -> None:
        del self._idle[connection]
        connection.close()

    @cached_property
    def _tls(self) -> SSLContext:
        return httpx.create_ssl_context()
