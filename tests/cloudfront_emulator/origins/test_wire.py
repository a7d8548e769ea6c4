"""Origins over real connections."""

import asyncio
from collections.abc import Callable
from typing import Any

from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.origins.http import HttpOriginClient
from tests.cloudfront_emulator.origins.scripted_transport import CUSTOM, SENT

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


def fetch_over_wire(server: Server, request: CdnRequest = SENT) -> CdnResponse:
    async def ask() -> CdnResponse:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/base"
        origins = HttpOriginClient({"api": url}, origins={"api": CUSTOM})
        try:
            return await origins.fetch(request, CUSTOM)
        finally:
            await origins.close()
            listening.close()

    return asyncio.run(ask())


def test_over_a_real_connection_the_target_is_not_normalised() -> None:
    """Neither dots nor escapes are touched on the way."""
    lines: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    assert fetch_over_wire(serve).body == b"ok"
    assert lines[0].startswith(b"GET /base/sub/t/../a%20b'.json?x=1&x=%C3%A4 HTTP/1.1\r\n")
    assert b"accept" not in lines[0].lower()


def test_over_a_real_connection_invalid_http_is_a_502() -> None:
    """What is not HTTP is the page of http-502-bad-gateway, after three attempts."""
    target: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"rubbish\r\n\r\n")
        await writer.drain()
        writer.close()

    assert fetch_over_wire(serve).status == 502
    assert len(target) == 3
