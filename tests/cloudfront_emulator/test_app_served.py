"""The application behind the server that runs it, over real connections."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvicorn

from cloudfront_emulator.app import create_app
from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.server import make_config

Answer = Callable[[CdnRequest], Awaitable[CdnResponse]]


async def exchange(answer: Answer, lines: bytes) -> bytes:
    """Everything that the server sends until it closes the connection."""
    server = uvicorn.Server(make_config(create_app(answer)))
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(lines)
    try:
        return await reader.read()
    finally:
        writer.close()
        server.should_exit = True
        await serving


@pytest.mark.parametrize(("size", "end"), [(None, b"\r\n5\r\nfirst\r\n"), (100, b"\r\n\r\nfirst")])
def test_an_incomplete_body_is_visible_to_the_viewer(size: int | None, end: bytes) -> None:
    """Neither the last chunk nor the declared length ever comes; the connection is closed."""

    async def answer(_: CdnRequest) -> CdnResponse:
        buffer = BufferedBody(size=size)
        buffer.write(b"first")
        buffer.fail(OSError("reset"))
        return CdnResponse(status=200, body=buffer)

    got = asyncio.run(exchange(answer, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.endswith(end)


def test_an_upload_reaches_the_answer() -> None:
    """Chunked or counted, the bytes are the same."""

    async def answer(request: CdnRequest) -> CdnResponse:
        body = request.body
        return CdnResponse(
            status=200,
            body=body if isinstance(body, bytes) else b"".join([part async for part in body]),
        )

    ways = [
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        b"Content-Length: 5\r\n\r\nabcde",
    ]
    for way in ways:
        start = b"POST /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        assert asyncio.run(exchange(answer, start + way)).endswith(b"\r\n\r\nabcde")


def test_a_viewer_cannot_claim_another_address() -> None:
    """The client's address is the connection's (Developer Guide, adding-cloudfront-headers)."""

    async def answer(request: CdnRequest) -> CdnResponse:
        return CdnResponse(status=200, body=request.client_ip.encode())

    address = (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\nConnection: close\r\n\r\n"
    )
    assert asyncio.run(exchange(answer, address)).endswith(b"\r\n\r\n127.0.0.1")
