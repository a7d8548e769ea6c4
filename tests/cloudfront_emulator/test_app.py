"""What the ASGI application sends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from cloudfront_emulator.app import create_app
from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.response.pages import make_error_page
from tests.cloudfront_emulator.connection import Connection

Answer = Callable[[CdnRequest], Awaitable[CdnResponse]]


def ask(response: CdnResponse, method: str = "GET") -> Connection:
    async def answer(_: CdnRequest) -> CdnResponse:
        return response

    async def run() -> Connection:
        connection = Connection(method)
        await connection.run(create_app(answer))
        return connection

    return asyncio.run(run())


def test_bytes_are_sent_at_once_with_their_length() -> None:
    """One message, whatever length a function may have claimed."""
    headers = (("content-type", "text/plain"), ("set-cookie", "a"), ("set-cookie", "b"))
    sent_messages = ask(
        CdnResponse(status=200, headers=(*headers, ("content-length", "9")), body=b"hello")
    )
    assert [message["type"] for message in sent_messages.sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert sent_messages.body == b"hello"
    assert sent_messages.headers == [
        (b"content-type", b"text/plain"),
        (b"set-cookie", b"a"),
        (b"set-cookie", b"b"),
        (b"content-length", b"5"),
    ]


@pytest.mark.parametrize("value", ["€.txt", "/日本", "ä", "\xff\xfe"])
def test_the_bytes_of_a_header_are_sent_as_they_came(value: str) -> None:
    """Within the emulator each byte is one character; a longer one, from a template, is UTF-8."""
    wire = value.encode()
    sent = ask(CdnResponse(status=200, headers=(("x-a", wire.decode("latin-1")), ("x-b", value))))
    text = value.encode("latin-1") if max(value) <= "\xff" else wire
    assert sent.headers[:2] == [(b"x-a", wire), (b"x-b", text)]


def test_a_date_is_added_where_there_is_none() -> None:
    """A cached object has its own (RFC 9110, section 6.6.1)."""
    assert ask(CdnResponse(status=200, headers=(("date", "then"),))).dates == [b"then"]
    assert [date[-4:] for date in ask(CdnResponse(status=200)).dates] == [b" GMT"]


def test_a_window_of_the_body_has_the_windows_length() -> None:
    """Bytes and buffered bodies alike (RangeGETs)."""

    async def make_body() -> BufferedBody:
        buffer = BufferedBody(size=10)
        buffer.write(b"0123456789")
        buffer.finish()
        return buffer

    for body in (b"0123456789", asyncio.run(make_body())):
        sent_messages = ask(CdnResponse(status=206, body=body, window=(2, 5)))
        assert (sent_messages.body, sent_messages.ended) == (b"234", True)
        assert (b"content-length", b"3") in sent_messages.headers


def test_head_has_the_length_and_no_body() -> None:
    """That of what GET would send, or the one that the origin gave to its own HEAD."""
    length = (("content-length", "5"),)
    sent_messages = ask(CdnResponse(status=200, headers=length, body=b"hello"), "HEAD")
    assert (sent_messages.body, sent_messages.headers) == (b"", [(b"content-length", b"5")])
    sent_messages = ask(CdnResponse(status=200, headers=(("content-length", "7"),)), "HEAD")
    assert (sent_messages.body, sent_messages.headers) == (b"", [(b"content-length", b"7")])
    buffer = BufferedBody(size=1000)
    sent_messages = ask(CdnResponse(status=200, body=buffer), "HEAD")
    assert (sent_messages.body, sent_messages.headers) == (b"", [(b"content-length", b"1000")])
    assert not buffer.is_broken


@pytest.mark.parametrize("status", [204, 304])
def test_204_and_304_have_no_length_and_no_body(status: int) -> None:
    """RFC 9110, section 8.6; the body of the cached object is not sent."""
    length = (("content-length", "4"),)
    sent_messages = ask(CdnResponse(status=status, headers=length, body=b"kept"))
    assert (sent_messages.body, sent_messages.headers, sent_messages.ended) == (b"", [], True)


async def endless(buffer: BufferedBody, connection: Connection) -> asyncio.Task[None]:
    """A connection that has got the first bytes of a buffered body that has not ended."""

    async def answer(_: CdnRequest) -> CdnResponse:
        return CdnResponse(status=200, body=buffer)

    buffer.write(b"first")
    task = asyncio.ensure_future(connection.run(create_app(answer)))
    await connection.heard.wait()
    return task


@pytest.mark.parametrize("size", [None, 10])
def test_a_buffered_body_is_sent_as_it_arrives(size: int | None) -> None:
    """The first bytes are out before the last are in; the length is said if it was declared."""

    async def run() -> Connection:
        buffer, connection = BufferedBody(size=size), Connection()
        task = await endless(buffer, connection)
        assert (connection.body, connection.ended) == (b"first", False)
        buffer.write(b"-last")
        buffer.finish()
        await task
        return connection

    sent_messages = asyncio.run(run())
    assert (sent_messages.body, sent_messages.ended) == (b"first-last", True)
    assert sent_messages.headers == ([] if size is None else [(b"content-length", b"10")])


def test_a_broken_buffered_body_is_never_ended_cleanly() -> None:
    """The server closes a response that is left open, so the viewer knows that it is cut off."""

    async def run() -> Connection:
        buffer, connection = BufferedBody(size=None), Connection()
        task = await endless(buffer, connection)
        buffer.fail(OSError("reset"))
        await task
        return connection

    sent_messages = asyncio.run(run())
    assert (sent_messages.body, sent_messages.ended) == (b"first", False)


def test_a_viewer_that_leaves_does_not_stop_what_others_read() -> None:
    """Only its own response ends; the body still arrives."""

    async def run() -> tuple[Connection, bool]:
        buffer, connection = BufferedBody(size=None), Connection()
        task = await endless(buffer, connection)
        connection.left.set()
        await task
        buffer.write(b"-last")
        buffer.finish()
        return connection, buffer.is_complete

    sent_messages, complete = asyncio.run(run())
    assert (sent_messages.body, sent_messages.ended, complete) == (b"first", False, True)


def test_an_unexpected_error_does_not_show_its_text(caplog: pytest.LogCaptureFixture) -> None:
    """The viewer gets CloudFront's 502, the log gets type and place, and the text is dropped."""

    async def answer(_: CdnRequest) -> CdnResponse:
        raise RuntimeError("somebody's token")

    async def run() -> Connection:
        connection = Connection()
        await connection.run(create_app(answer))
        return connection

    with caplog.at_level(logging.ERROR):
        sent_messages = asyncio.run(run())
    assert (sent_messages.status, sent_messages.body) == (502, make_error_page(502, "").body)
    assert (b"x-cache", b"Error from cloudfront") in sent_messages.headers
    assert "RuntimeError while answering, at " in caplog.text
    assert "token" not in caplog.text + str(sent_messages.sent)


def test_an_upload_may_be_left_unread() -> None:
    """A response that comes before the body has gone out does not wait for it."""

    async def send_body() -> AsyncIterator[bytes]:
        yield b"x" * 10

    async def answer(_: CdnRequest) -> CdnResponse:
        buffer = BufferedBody(size=None)
        buffer.write_all(send_body())
        return CdnResponse(status=413, body=buffer)

    async def run() -> Connection:
        headers = [("transfer-encoding", "chunked")]
        connection = Connection("POST", headers=headers, body=[b"ab"], whole=False)
        await connection.run(create_app(answer))
        return connection

    sent_messages = asyncio.run(run())
    assert (sent_messages.status, sent_messages.body, sent_messages.ended) == (413, b"x" * 10, True)
