"""What the ASGI application makes of what comes in."""

import asyncio
from typing import Any

import pytest

from cloudfront_emulator.app import MAX_BUFFERED_BODY, create_app
from cloudfront_emulator.message import CdnRequest, CdnResponse
from tests.cloudfront_emulator.connection import Connection


def read_seen(**scope_fields: Any) -> tuple[CdnRequest, bytes]:
    """The request that an application makes of what comes, and the bytes of its body."""
    requests: list[CdnRequest] = []
    bodies: list[bytes] = []

    async def answer(request: CdnRequest) -> CdnResponse:
        requests.append(request)
        body = request.body
        bodies.append(body if isinstance(body, bytes) else b"".join([c async for c in body]))
        return CdnResponse(status=200)

    async def run() -> None:
        await Connection(**scope_fields).run(create_app(answer))

    asyncio.run(run())
    return requests[0], bodies[0]


def test_a_request_comes_in_as_it_was_sent() -> None:
    """Path and query stay encoded, repeated headers repeat, hop-by-hop ones end here."""
    headers = [("cookie", "a=1"), ("cookie", "b=2"), ("connection", "close"), ("host", "x")]
    request, body = read_seen(path="/a%20b/../c?x=%C3%A4&x", headers=headers)
    assert (request.path, request.query) == ("/a%20b/../c", "x=%C3%A4&x")
    assert request.headers == (("cookie", "a=1"), ("cookie", "b=2"), ("host", "x"))
    assert (request.client_ip, request.client_port) == ("192.0.2.7", 4711)
    assert (request.http_version, body, request.body) == ("1.1", b"", b"")


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ([("content-length", "4")], True),
        ([("content-length", str(MAX_BUFFERED_BODY + 1))], False),
        ([("transfer-encoding", "chunked")], False),
    ],
)
def test_a_body_is_bytes_or_a_stream(headers: list[tuple[str, str]], whole: bool) -> None:
    """Small ones can be sent again and shown to functions; large and endless ones pass through."""
    request, body = read_seen(method="POST", headers=headers, body=[b"ab", b"cd"])
    assert isinstance(request.body, bytes) == whole
    assert body == b"abcd"


@pytest.mark.parametrize("length", ["4", str(MAX_BUFFERED_BODY + 1)])
def test_a_viewer_that_leaves_while_it_sends_gets_nothing(length: str) -> None:
    """No response is made up for a request that never came."""

    async def answer(request: CdnRequest) -> CdnResponse:
        assert not isinstance(request.body, bytes)
        return CdnResponse(status=200, body=b"".join([chunk async for chunk in request.body]))

    async def run() -> Connection:
        headers = [("content-length", length)]
        connection = Connection("POST", headers=headers, body=[b"ab"], whole=False)
        connection.left.set()
        await connection.run(create_app(answer))
        return connection

    assert asyncio.run(run()).sent == []
