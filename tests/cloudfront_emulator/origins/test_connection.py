"""Connections to an origin: which bytes belong to which response, and when they are reused."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.errors import BodyBroken
from cloudfront_emulator.message import CdnRequest, CdnResponse
from tests.cloudfront_emulator.origins.raw_origin import OK, RawOrigin

STOLEN = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\nContent-Length: 6\r\n\r\nstolen"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n"


def ask(method: str = "GET") -> CdnRequest:
    return CdnRequest(method=method, path="/a")


@pytest.mark.parametrize(
    ("method", "first", "status", "body"),
    [
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst", 200, b"first"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
        ("GET", CHUNKED, 200, b"first"),
        ("GET", CHUNKED[:-2] + b"X-Sum: 1\r\n\r\n", 200, b"first"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, b""),
        ("GET", b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nfirst", 404, b"first"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, b""),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, b""),
        ("PUT", b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nfirst", 201, b"first"),
        ("GET", b"HTTP/1.1 102 Processing\r\n\r\n" + OK, 200, b"ok"),
    ],
)
@pytest.mark.parametrize("surplus", [STOLEN, b"x", b"\r\n\r\n", b"first" + STOLEN, b"0\r\n\r\n"])
@pytest.mark.parametrize("in_one_write", [True, False])
def test_surplus_bytes_are_nobodys_response(
    method: str, first: bytes, status: int, body: bytes, surplus: bytes, *, in_one_write: bool
) -> None:
    """They end with the connection; the next request has one of its own (RFC 9112, section 6.3)."""
    answer: bytes | Sequence[bytes] = first + surplus if in_one_write else [first, surplus]
    origin = RawOrigin(answer, OK)
    mine, next_one = origin.fetch_all(ask(method), ask())
    assert (mine.status, mine.body) == (status, body)
    assert (next_one.status, next_one.body) == (200, b"ok")
    assert origin.connections == 2


@given(
    bodies=st.lists(st.binary(max_size=60), min_size=1, max_size=5),
    surplus=st.lists(st.sampled_from([b"", STOLEN, b"\n"]), min_size=5, max_size=5),
    chunked=st.booleans(),
)
def test_every_request_gets_the_response_that_was_meant_for_it(
    bodies: list[bytes], surplus: list[bytes], *, chunked: bool
) -> None:
    """However many follow each other on however many connections."""
    answers = [
        _frame(body, chunked=chunked) + extra for body, extra in zip(bodies, surplus, strict=False)
    ]
    origin = RawOrigin(*answers)
    assert [each.body for each in origin.fetch_all(*[ask() for _ in bodies])] == bodies
    assert origin.connections == 1 + sum(extra != b"" for extra in surplus[: len(bodies) - 1])


def _frame(body: bytes, *, chunked: bool) -> bytes:
    if not chunked:
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    part = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + part + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "ending", [b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n"]
)
def test_a_connection_that_the_origin_ends_is_not_used_again(ending: bytes) -> None:
    """HTTP/1.0 without keep-alive and Connection: close end with the response."""
    origin = RawOrigin(ending + b"Content-Length: 2\r\n\r\nok", OK)
    assert [each.body for each in origin.fetch_all(ask(), ask())] == [b"ok", b"ok"]
    assert origin.connections == 2


def test_a_body_without_a_length_ends_with_its_connection() -> None:
    """CloudFront cannot tell whether it is whole ("Dropped TCP connections")."""
    origin = RawOrigin(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    assert origin.fetch_all(ask())[0].body == b"all of it"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n",
    ],
)
def test_a_short_body_is_passed_on_as_far_as_it_came(answer: bytes) -> None:
    """The object goes to the viewer as it comes, whatever follows ("Dropped TCP connections")."""
    origin = RawOrigin(answer)
    (response,) = origin.fetch_all(ask())
    assert (response.status, origin.connections) == (200, 1)
    assert isinstance(response.body, BufferedBody)
    assert response.body.is_broken
    parts: list[bytes] = []

    async def read(body: BufferedBody) -> None:
        async for chunk in body.read_chunks():
            parts.append(chunk)

    with pytest.raises(BodyBroken):
        asyncio.run(read(response.body))
    assert b"".join(parts) == b"short"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 600 Internal\r\nContent-Length: 0\r\n\r\n", "the status 600 is not between"),
        (b"HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", "the status 999 is not between"),
        (b"HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 0\r\n\r\n", "the header x-a has"),
        (b"HTTP/1.1 200 OK\r\nX-A: a\x1bb\r\nContent-Length: 0\r\n\r\n", "the header x-a has"),
        (b"HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", "RemoteProtocolError"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "RemoteProtocolError"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 2 + OK, "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nx", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nok", "RemoteProtocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n", "RemoteProtocolError"),
    ],
)
def test_what_no_viewer_may_get_is_a_502(answer: bytes, reason: str) -> None:
    """An invalid status counts as a 5xx (RFC 9110, section 15); CloudFront's is 502."""
    origin = RawOrigin(answer, answer, answer, OK)
    refused = origin.fetch_all(ask())[0]
    assert (refused.status, refused.unanswered) == (502, True)
    assert reason in refused.reason


def test_interim_responses_come_with_the_final_one() -> None:
    """100 is about the connection only; headers of one connection are dropped (RFC 9110, 15.2)."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x-b\r\nX-B: 1\r\n\r\n"
    continues = b"HTTP/1.1 100 Continue\r\n\r\n"
    origin = RawOrigin(continues + b"HTTP/1.1 102 Processing\r\n\r\n" + hints + OK)
    (response,) = origin.fetch_all(ask())
    assert response.interim == ((102, ()), (103, (("link", "</a>"),)))
    assert (response.status, response.headers) == (200, (("content-length", "2"),))


def test_endless_interim_responses_are_a_502() -> None:
    """An origin that never answers is not waited for."""
    origin = RawOrigin(*[b"HTTP/1.1 102 Processing\r\n\r\n" * 100] * 3)
    assert origin.fetch_all(ask())[0].status == 502


def test_an_origin_that_closes_without_a_word_is_asked_again() -> None:
    """As often as the origin's attempts say, then it is a 502."""
    origin = RawOrigin()
    (response,) = origin.fetch_all(ask())
    assert (response.status, origin.connections) == (502, 3)


def test_a_large_body_arrives_whole() -> None:
    """However fast the origin sends."""
    body = bytes(range(256)) * 20_000
    origin = RawOrigin(_frame(body, chunked=False))

    async def read(response: CdnResponse) -> bytes:
        assert isinstance(response.body, BufferedBody)
        return b"".join([chunk async for chunk in response.body.read_chunks()])

    assert origin.read_all(read, ask()) == [body]


@given(value=st.binary(min_size=1, max_size=20).filter(lambda value: not _breaks_a_line(value)))
def test_the_bytes_of_a_header_pass_unchanged(value: bytes) -> None:
    """UTF-8, Latin-1 or neither: each byte is one character within the emulator."""
    origin = RawOrigin(b"HTTP/1.1 200 OK\r\nX-A: %b\r\nContent-Length: 0\r\n\r\n" % value, OK)
    request = CdnRequest(method="GET", path="/a", headers=(("x-b", value.decode("latin-1")),))
    response = origin.fetch_all(request)[0]
    assert response.header("x-a") == value.decode("latin-1")
    assert b"x-b: %b\r\n" % value in origin.heads[0]


def _breaks_a_line(value: bytes) -> bool:
    return any(byte < 0x20 or byte == 0x7F for byte in value) or value != value.strip()
