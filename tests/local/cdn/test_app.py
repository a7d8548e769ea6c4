"""The CDN over HTTP: what goes in and comes out of the ASGI application."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from local.cdn.app import WHOLE, App, create_app
from local.cdn.message import Request, Response
from local.cdn.pages import error_page
from local.cdn.spool import Spool

Answer = Callable[[Request], Awaitable[Response]]


class Connection:
    """One request to an application, and all that it says."""

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: Sequence[bytes] = (),
        whole: bool = True,
    ) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "raw_path": path.partition("?")[0].encode(),
            "query_string": path.partition("?")[2].encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": ("192.0.2.7", 4711),
            "http_version": "1.1",
        }
        self.incoming: list[dict[str, Any]] = [
            {"type": "http.request", "body": part, "more_body": True} for part in body
        ]
        if whole:
            self.incoming.append({"type": "http.request", "body": b""})
        self.left = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self.heard = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.incoming:
            return self.incoming.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.heard.set()

    async def run(self, app: App) -> None:
        await app(self.scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return list(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    @property
    def ended(self) -> bool:
        return not self.sent[-1].get("more_body", False) and len(self.sent) > 1


def ask(response: Response, method: str = "GET") -> Connection:
    async def answer(_: Request) -> Response:
        return response

    async def run() -> Connection:
        connection = Connection(method)
        await connection.run(create_app(answer))
        return connection

    return asyncio.run(run())


def seen(**given: Any) -> tuple[Request, bytes]:
    """The request that an application makes of what comes, and the bytes of its body."""
    requests: list[Request] = []
    bodies: list[bytes] = []

    async def answer(request: Request) -> Response:
        requests.append(request)
        body = request.body
        bodies.append(body if isinstance(body, bytes) else b"".join([c async for c in body]))
        return Response(status=200)

    async def run() -> None:
        await Connection(**given).run(create_app(answer))

    asyncio.run(run())
    return requests[0], bodies[0]


def test_a_request_comes_in_as_it_was_sent() -> None:
    """Path and query stay encoded, repeated headers repeat, hop-by-hop ones end here."""
    headers = [("cookie", "a=1"), ("cookie", "b=2"), ("connection", "close"), ("host", "x")]
    request, body = seen(path="/a%20b/../c?x=%C3%A4&x", headers=headers)
    assert (request.path, request.query) == ("/a%20b/../c", "x=%C3%A4&x")
    assert request.headers == (("cookie", "a=1"), ("cookie", "b=2"), ("host", "x"))
    assert (request.client_ip, request.client_port) == ("192.0.2.7", 4711)
    assert (request.http_version, body, request.body) == ("1.1", b"", b"")


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ([("content-length", "4")], True),
        ([("content-length", str(WHOLE + 1))], False),
        ([("transfer-encoding", "chunked")], False),
    ],
)
def test_a_body_is_bytes_or_a_stream(headers: list[tuple[str, str]], whole: bool) -> None:
    """Small ones can be sent again and shown to functions; large and endless ones pass through."""
    request, body = seen(method="POST", headers=headers, body=[b"ab", b"cd"])
    assert isinstance(request.body, bytes) == whole
    assert body == b"abcd"


@pytest.mark.parametrize("length", ["4", str(WHOLE + 1)])
def test_a_viewer_that_leaves_while_it_sends_gets_nothing(length: str) -> None:
    """No response is made up for a request that never came."""

    async def answer(request: Request) -> Response:
        assert not isinstance(request.body, bytes)
        return Response(status=200, body=b"".join([chunk async for chunk in request.body]))

    async def run() -> Connection:
        headers = [("content-length", length)]
        connection = Connection("POST", headers=headers, body=[b"ab"], whole=False)
        connection.left.set()
        await connection.run(create_app(answer))
        return connection

    assert asyncio.run(run()).sent == []


def test_bytes_go_out_at_once_with_their_length() -> None:
    """One message, whatever length a function may have claimed."""
    headers = (("content-type", "text/plain"), ("set-cookie", "a"), ("set-cookie", "b"))
    said = ask(Response(status=200, headers=(*headers, ("content-length", "9")), body=b"hello"))
    assert [message["type"] for message in said.sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert said.body == b"hello"
    assert said.headers == [
        (b"content-type", b"text/plain"),
        (b"set-cookie", b"a"),
        (b"set-cookie", b"b"),
        (b"content-length", b"5"),
    ]


def test_a_window_of_the_body_has_the_windows_length() -> None:
    """Bytes and spools alike (RangeGETs)."""

    async def spooled() -> Spool:
        spool = Spool(size=10)
        spool.write(b"0123456789")
        spool.finish()
        return spool

    for body in (b"0123456789", asyncio.run(spooled())):
        said = ask(Response(status=206, body=body, window=(2, 5)))
        assert (said.body, said.ended) == (b"234", True)
        assert (b"content-length", b"3") in said.headers


def test_head_has_the_length_and_no_body() -> None:
    """That of what GET would send, or the one that the origin gave to its own HEAD."""
    said = ask(Response(status=200, body=b"hello"), "HEAD")
    assert (said.body, said.headers) == (b"", [(b"content-length", b"5")])
    said = ask(Response(status=200, headers=(("content-length", "7"),)), "HEAD")
    assert (said.body, said.headers) == (b"", [(b"content-length", b"7")])
    spool = Spool(size=1000)
    said = ask(Response(status=200, body=spool), "HEAD")
    assert (said.body, said.headers) == (b"", [(b"content-length", b"1000")])
    assert not spool.broken


@pytest.mark.parametrize("status", [204, 304])
def test_204_and_304_have_no_length_and_no_body(status: int) -> None:
    """RFC 9110, section 8.6; the body of a kept object stays behind."""
    said = ask(Response(status=status, body=b"kept"))
    assert (said.body, said.headers, said.ended) == (b"", [], True)


async def endless(spool: Spool, connection: Connection) -> asyncio.Task[None]:
    """A connection that has got the first bytes of a spool that has not ended."""

    async def answer(_: Request) -> Response:
        return Response(status=200, body=spool)

    spool.write(b"first")
    task = asyncio.ensure_future(connection.run(create_app(answer)))
    await connection.heard.wait()
    return task


@pytest.mark.parametrize("size", [None, 10])
def test_a_spool_goes_out_as_it_arrives(size: int | None) -> None:
    """The first bytes are out before the last are in; the length is said if it was declared."""

    async def run() -> Connection:
        spool, connection = Spool(size=size), Connection()
        task = await endless(spool, connection)
        assert (connection.body, connection.ended) == (b"first", False)
        spool.write(b"-last")
        spool.finish()
        await task
        return connection

    said = asyncio.run(run())
    assert (said.body, said.ended) == (b"first-last", True)
    assert said.headers == ([] if size is None else [(b"content-length", b"10")])


def test_a_broken_spool_is_never_ended_cleanly() -> None:
    """The server closes a response that is left open, so the viewer knows that it is cut off."""

    async def run() -> Connection:
        spool, connection = Spool(size=None), Connection()
        task = await endless(spool, connection)
        spool.fail(OSError("reset"))
        await task
        return connection

    said = asyncio.run(run())
    assert (said.body, said.ended) == (b"first", False)


def test_a_viewer_that_leaves_does_not_stop_what_others_read() -> None:
    """Its own sending ends; the spool goes on filling."""

    async def run() -> tuple[Connection, bool]:
        spool, connection = Spool(size=None), Connection()
        task = await endless(spool, connection)
        connection.left.set()
        await task
        spool.write(b"-last")
        spool.finish()
        return connection, spool.complete

    said, complete = asyncio.run(run())
    assert (said.body, said.ended, complete) == (b"first", False, True)


def test_an_unexpected_error_shows_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    """The viewer gets CloudFront's 502, the log the type and the place, nobody the text."""

    async def answer(_: Request) -> Response:
        raise RuntimeError("somebody's token")

    async def run() -> Connection:
        connection = Connection()
        await connection.run(create_app(answer))
        return connection

    with caplog.at_level(logging.ERROR):
        said = asyncio.run(run())
    assert (said.status, said.body) == (502, error_page(502, "").body)
    assert (b"x-cache", b"Error from cloudfront") in said.headers
    assert "RuntimeError while answering, at " in caplog.text
    assert "token" not in caplog.text + str(said.sent)


def test_an_upload_may_be_left_unread() -> None:
    """A response that comes before the body has gone out does not wait for it."""

    async def told() -> AsyncIterator[bytes]:
        yield b"x" * 10

    async def answer(_: Request) -> Response:
        spool = Spool(size=None)
        spool.fill(told())
        return Response(status=413, body=spool)

    async def run() -> Connection:
        headers = [("transfer-encoding", "chunked")]
        connection = Connection("POST", headers=headers, body=[b"ab"], whole=False)
        await connection.run(create_app(answer))
        return connection

    said = asyncio.run(run())
    assert (said.status, said.body, said.ended) == (413, b"x" * 10, True)
