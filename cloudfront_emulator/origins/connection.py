"""One HTTP/1.1 connection to an origin.

A connection answers one request at a time. What the origin sends outside of an answer (after its
end, or between two requests) belongs to no request: the connection is closed, and the bytes never
become the answer to another request.
Source: RFC 9112, section 6.3: extra data after a response is not processed as another response.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import h11
import httpx

MAX_HEADER_BYTES = 100 * 1024
MAX_INTERIM = 16  # responses before the final one
READ_AHEAD_BYTES = 1024 * 1024  # received and not yet read, before the origin has to wait

_Release = Callable[["OriginConnection"], None]


class OriginConnection(asyncio.Protocol):
    """Sends a request and reads its response; `release` is called after a reusable exchange."""

    def __init__(self, release: _Release) -> None:
        self._release = release
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADER_BYTES)
        self._transport: asyncio.Transport | None = None
        self._is_busy = True
        self._is_lost = False
        self._loss: Exception | None = None
        self._unread_bytes = 0
        self._received = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The response; its stream is still to be read. httpx.TransportError."""
        self._is_busy = True
        timeouts = request.extensions["timeout"]
        try:
            await self._send_request(request, timeouts["write"])
            response, interim = await self._read_head(timeouts["read"])
        except h11.LocalProtocolError as error:
            self.close()
            raise httpx.LocalProtocolError(str(error)) from error
        except BaseException:
            self.close()
            raise
        body = ResponseBody(self, timeouts["read"])
        return httpx.Response(
            response.status_code,
            headers=response.headers.raw_items(),
            stream=body,
            extensions={"reason_phrase": response.reason, "interim": interim},
        )

    def close(self) -> None:
        """Close the connection; the rest of a response is lost."""
        if self._transport is not None:
            self._transport.close()
        self._is_lost = True
        self._received.set()

    def is_reusable(self) -> bool:
        """Whether it is open and the origin has sent nothing since the last response."""
        if self._is_lost or self._transport is None or self._transport.is_closing():
            return False
        socket = self._transport.get_extra_info("socket")
        readable = select.poll()
        readable.register(socket.fileno(), select.POLLIN)
        return not readable.poll(0)

    async def read_body_chunk(self, timeout_s: float | None) -> bytes | None:
        """The next bytes of the body; None at its end, where the connection is released."""
        event = await self._read_event(timeout_s)
        if isinstance(event, h11.Data):
            return bytes(event.data)
        self._end_exchange()
        return None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        if not self._is_busy:
            self.close()
            return
        self._http.receive_data(data)
        self._unread_bytes += len(data)
        if self._unread_bytes > READ_AHEAD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._received.set()

    def eof_received(self) -> None:
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._is_busy and not self._is_lost:
            self._http.receive_data(b"")  # the end of a body without a length
        self._is_lost, self._loss = True, self._loss or exc
        self._received.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def _send_request(self, request: httpx.Request, timeout_s: float | None) -> None:
        target = request.extensions.get("target", request.url.raw_path)
        head = h11.Request(method=request.method, target=target, headers=request.headers.raw)
        self._write(head)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for chunk in request.stream:
            self._write(h11.Data(data=chunk))
            await _wait(self._writable, httpx.WriteTimeout("the origin reads nothing"), timeout_s)
        self._write(h11.EndOfMessage())

    def _write(self, event: h11.Request | h11.Data | h11.EndOfMessage) -> None:
        data = self._http.send(event)
        if data and self._transport is not None and not self._is_lost:
            self._transport.write(data)

    async def _read_head(
        self, timeout_s: float | None
    ) -> tuple[h11.Response, list[h11.InformationalResponse]]:
        """The final response's head and the interim responses before it.

        A second 100 Continue is an error (Developer Guide, RequestAndResponseBehaviorCustomOrigin,
        "100 Continue responses"), and an upgrade was never asked for.
        """
        interim: list[h11.InformationalResponse] = []
        while True:
            event = await self._read_event(timeout_s)
            if isinstance(event, h11.Response):
                return event, interim
            if not isinstance(event, h11.InformationalResponse):
                raise httpx.RemoteProtocolError("the origin closed the connection")
            interim.append(event)
            statuses = [each.status_code for each in interim]
            if statuses.count(100) > 1 or 101 in statuses or len(interim) > MAX_INTERIM:
                raise httpx.RemoteProtocolError(f"unexpected statuses {statuses}")

    async def _read_event(self, timeout_s: float | None) -> Any:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                if self._is_lost:
                    raise httpx.ReadError(str(self._loss or "the connection is closed"))
                self._received.clear()
                self._resume_reading()
                await _wait(self._received, httpx.ReadTimeout("the origin is silent"), timeout_s)
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event

    def _resume_reading(self) -> None:
        if self._unread_bytes > READ_AHEAD_BYTES and self._transport is not None:
            self._transport.resume_reading()
        self._unread_bytes = 0

    def _end_exchange(self) -> None:
        """Keep the connection for another request, unless surplus bytes were received."""
        http = self._http
        done = http.our_state is h11.DONE and http.their_state is h11.DONE
        if not done or http.trailing_data[0] or self._is_lost:
            self.close()
            return
        http.start_next_cycle()
        self._is_busy = False
        self._release(self)


class ResponseBody(httpx.AsyncByteStream):
    """The bytes of one response, as they arrive."""

    def __init__(self, connection: OriginConnection, timeout_s: float | None) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._is_complete = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._connection.read_body_chunk(self._timeout_s)) is not None:
            yield chunk
        self._is_complete = True

    async def aclose(self) -> None:
        """Close the connection if the body was not read to its end."""
        if not self._is_complete:
            self._connection.close()


async def _wait(event: asyncio.Event, failure: Exception, timeout_s: float | None) -> None:
    if event.is_set():
        return
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        raise failure from None
