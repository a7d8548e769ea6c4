"""The emulator as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.errors import BodyBroken
from cloudfront_emulator.message import (
    CdnRequest,
    CdnResponse,
    Headers,
    InterimResponses,
    Upload,
    drop_hop_by_hop,
    encode_header,
)
from cloudfront_emulator.response.pages import make_error_page

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Bytes. A request body of at most this declared length is read before the request is answered.
MAX_BUFFERED_BODY = 1024 * 1024
# An ASGI extension of our own server: a function of status and headers.
INTERIM_EXTENSION = "cloudfront_emulator.interim"

log = logging.getLogger(__name__)


class ViewerGone(Exception):
    """The viewer left before its request was complete."""


def create_app(answer: Callable[[CdnRequest], Awaitable[CdnResponse]]) -> App:
    """An ASGI application that responds with the result of `answer`.

    If `answer` raises, the viewer gets a 502 page and the log names the exception's place. A
    response without a Date gets one here, because the server adds none.
    """

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        incoming = _ViewerConnection(receive)
        try:
            request = await _read_request(scope, incoming)
            response = await answer(request)
        except ViewerGone:
            return
        except Exception as error:
            place = _locate_error(error)
            log.error("%s while answering, at %s", type(error).__name__, place)  # noqa: TRY400
            response = _make_failure_page(error)
        if response.interim:
            _send_interim(scope, response.interim)
        await _send_response(scope["method"], response, incoming, send)

    return app


class _ViewerConnection:
    """Receives the messages of one viewer: the request's body, then the disconnect."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False

    async def read_body(self) -> AsyncIterator[bytes]:
        """The body as it arrives; ViewerGone if the viewer disconnects before its end."""
        while not self.ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ViewerGone
            self.ended = not message.get("more_body", False)
            if chunk := message.get("body", b""):
                yield chunk

    async def wait_until_gone(self) -> None:
        """Return when the viewer disconnects. Call it after the end of the body only."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _read_request(scope: Message, incoming: _ViewerConnection) -> CdnRequest:
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    client = scope.get("client") or ("127.0.0.1", 0)
    return CdnRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=drop_hop_by_hop(headers),
        body=await _read_upload(dict(headers), incoming),
        client_ip=client[0],
        client_port=client[1],
        http_version=scope["http_version"],
    )


async def _read_upload(headers: dict[str, str], incoming: _ViewerConnection) -> Upload:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdecimal() or int(length) > MAX_BUFFERED_BODY:
        return incoming.read_body()
    if length == "0":
        incoming.ended = True
        return b""
    return b"".join([chunk async for chunk in incoming.read_body()])


def _send_interim(scope: Message, responses: InterimResponses) -> None:
    """Send interim responses if the server can (INTERIM_EXTENSION) and the viewer's HTTP has them.

    They come right before the final response, because the emulator answers with whole responses.
    Source: RFC 9110, section 15.2; CloudFront's documentation is silent.
    """
    send = scope.get("extensions", {}).get(INTERIM_EXTENSION)
    if send is not None and scope["http_version"] != "1.0":
        for status, headers in responses:
            send(status, _encode(headers))


async def _send_response(
    method: str, response: CdnResponse, incoming: _ViewerConnection, send: Send
) -> None:
    body, window = response.body, response.window
    silent = method == "HEAD" or response.status in (204, 304)
    length = _find_content_length(response, head=method == "HEAD")
    # A HEAD without a body keeps the length that the origin declared.
    passes_length = method == "HEAD" and not body
    headers = [
        pair for pair in _encode(response.headers) if pair[0] != b"content-length" or passes_length
    ]
    if response.header("date") is None:
        headers.append((b"date", _format_date(int(time.time()))))
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if silent:
        await send({"type": "http.response.body", "body": b""})
    elif isinstance(body, bytes):
        part = body if window is None else body[window[0] : window[1]]
        await send({"type": "http.response.body", "body": part})
    else:
        await _stream_body(body, window or (0, None), incoming, send)


def _encode(headers: Headers) -> list[tuple[bytes, bytes]]:
    try:
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    except UnicodeEncodeError:
        return [(name.encode("latin-1"), encode_header(value)) for name, value in headers]


@lru_cache(maxsize=1)
def _format_date(now: int) -> bytes:
    return formatdate(now, usegmt=True).encode()


def _find_content_length(response: CdnResponse, *, head: bool) -> int | None:
    """The Content-Length to send; None if it is unknown or must not be sent."""
    body = response.body
    if response.status in (204, 304) or (head and not body):
        return None
    if response.window is not None:
        return response.window[1] - response.window[0]
    return len(body) if isinstance(body, bytes) else body.size


async def _stream_body(
    body: BufferedBody, window: tuple[int, int | None], incoming: _ViewerConnection, send: Send
) -> None:
    """Send a buffered body until it ends or the viewer leaves; the body itself stays intact."""
    copying = asyncio.ensure_future(_copy(body, window, send))
    tasks = [
        copying,
        *([asyncio.ensure_future(incoming.wait_until_gone())] if incoming.ended else []),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copy(body: BufferedBody, window: tuple[int, int | None], send: Send) -> None:
    """Copy a buffered body.

    A broken body leaves the response open, so the server closes the connection.
    """
    try:
        async for chunk in body.read_chunks(*window):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except BodyBroken as error:
        log.warning("a response was cut off: %s", error)
    else:
        await send({"type": "http.response.body", "body": b""})


def _locate_error(error: Exception) -> str:
    """Where the error was raised. Its text is not logged: it may contain a viewer's values."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


def _make_failure_page(error: Exception) -> CdnResponse:
    return make_error_page(502, "").replace_headers(
        ("x-cache", "Error from cloudfront"),
        ("x-emulator-reason", f"an error of the emulator itself: {type(error).__name__}"),
    )
