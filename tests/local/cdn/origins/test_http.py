"""Origins over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lambdas.core.errors import InputRefused
from local.cdn.distribution.origin import Origin
from local.cdn.faults import Faults, OriginFault
from local.cdn.message import Request, Response
from local.cdn.origins.http import HttpOrigins
from local.cdn.origins.signature import s3_signer
from local.cdn.spool import Spool, SpoolBroken

CUSTOM = Origin(
    id="api",
    kind="custom",
    domain_name="api.example.com",
    path="/sub",
    headers=(("x-own", "1"), ("x-both", "origin")),
    read_timeout=5,
)
BUCKET = Origin(id="packs", kind="s3", domain_name="b.s3.us-east-1.amazonaws.com", signed=True)
URLS = {"api": "http://127.0.0.1:8000", "packs": "http://127.0.0.1:5000/bucket/"}
SENT = Request(
    method="GET",
    path="/t/../a%20b'.json",
    query="x=1&x=%C3%A4",
    headers=(
        ("authorization", "Bearer viewer"),
        ("te", "trailers"),
        ("x-both", "viewer"),
        ("content-length", "99"),
    ),
)

Answer = httpx.Response | Exception


class Network(httpx.AsyncBaseTransport):
    """Answers in the given order, the last one again and again; remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        self.bodies.append(await request.aread())
        return answer


def fetch(
    network: Network, request: Request = SENT, origin: Origin = CUSTOM, **given: Any
) -> Response:
    origins = {"api": CUSTOM, "packs": BUCKET}
    server = HttpOrigins(given.pop("urls", URLS), origins=origins, transport=network, **given)
    return asyncio.run(server.fetch(request, origin))


def test_a_custom_origin_is_asked_by_its_own_name_at_its_mapped_url() -> None:
    """Path and query go as they came, behind the origin's path; Host is the origin's domain name
    (RequestAndResponseBehaviorCustomOrigin, "Host")."""
    network = Network(httpx.Response(200))
    fetch(network)
    asked = network.asked[0]
    assert (asked.url.host, asked.url.port) == ("127.0.0.1", 8000)
    assert asked.extensions["target"] == b"/sub/t/../a%20b'.json?x=1&x=%C3%A4"
    assert asked.headers["host"] == "api.example.com"
    assert asked.headers["authorization"] == "Bearer viewer"
    assert asked.extensions["timeout"] == {"connect": 10, "read": 5, "write": 5, "pool": None}


def test_custom_headers_override_the_viewers() -> None:
    """The origin's headers replace those of the same name; hop-by-hop ones and a stale length end
    here (add-origin-custom-headers)."""
    network = Network(httpx.Response(200))
    fetch(network)
    headers = network.asked[0].headers
    assert headers.get_list("x-both") == ["origin"]
    assert headers["x-own"] == "1"
    assert not headers.keys() & {"te", "content-length", "accept-encoding", "accept"}


def test_a_forwarded_host_is_kept() -> None:
    """With Host in a policy the origin sees the viewer's (controlling-origin-requests)."""
    network = Network(httpx.Response(200))
    fetch(network, replace(SENT, headers=(("host", "shop.example"),)))
    assert network.asked[0].headers.get_list("host") == ["shop.example"]


def test_origin_access_control_replaces_the_viewers_authorization() -> None:
    """CloudFront's signature stands where the viewer's token stood
    (private-content-restricting-access-to-s3)."""
    network = Network(httpx.Response(200))
    fetch(network, origin=BUCKET)
    asked = network.asked[0]
    assert asked.headers.get_list("authorization")[0].startswith("AWS4-HMAC-SHA256 Cred")
    assert asked.headers["host"] == "127.0.0.1:5000"
    assert asked.extensions["target"].startswith(b"/bucket/t/")


def test_a_signer_signs_for_s3() -> None:
    """With credentials the signature is a true one, over what is sent."""
    network = Network(httpx.Response(200))
    fetch(network, origin=BUCKET, signer=s3_signer("KEY", "secret"))
    headers = network.asked[0].headers
    assert "Credential=KEY/" in headers["authorization"]
    assert headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert "x-amz-date" in headers


def test_the_answer_loses_what_belongs_to_one_connection() -> None:
    """Hop-by-hop headers and the length end here; repeated headers and the encoding stay."""
    headers = [
        ("Connection", "close"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Encoding", "gzip"),
    ]
    answer = httpx.Response(404, headers=headers, stream=httpx.ByteStream(b"zip"))
    response = fetch(Network(answer))
    assert (response.status, response.body, response.unanswered) == (404, b"zip", False)
    assert response.headers == (
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-encoding", "gzip"),
    )


def test_what_answers_head_keeps_its_length() -> None:
    """There it is the only trace of the body."""
    answer = httpx.Response(200, headers={"content-length": "7"})
    response = fetch(Network(answer), replace(SENT, method="HEAD"))
    assert (response.header("content-length"), response.body) == ("7", b"")


@pytest.mark.parametrize(
    ("failure", "status", "tries"),
    [
        (httpx.ConnectError("refused"), 502, {"GET": 3, "OPTIONS": 3, "POST": 3}),
        (httpx.ConnectTimeout("far"), 504, {"GET": 3, "OPTIONS": 3, "POST": 3}),
        (httpx.ReadTimeout("slow"), 504, {"GET": 3, "HEAD": 3, "OPTIONS": 1, "POST": 1}),
        (httpx.RemoteProtocolError("rubbish"), 502, {"GET": 3, "POST": 1}),
        (httpx.LocalProtocolError("bad header"), 502, {"GET": 1}),
    ],
)
def test_an_origin_that_fails_is_tried_again_and_then_an_error_page(
    failure: Exception, status: int, tries: dict[str, int]
) -> None:
    """Connections are attempted for all methods, answers for GET and HEAD alone; too slow is 504,
    unreachable 502 (DownloadDistValuesOrigin, http-502-bad-gateway, http-504-gateway-timeout)."""
    for method, expected in tries.items():
        network = Network(failure)
        response = fetch(network, replace(SENT, method=method))
        assert (response.status, response.unanswered) == (status, True)
        assert response.reason.startswith("origin api: ")
        assert len(network.asked) == expected


def test_the_attempts_are_the_origins_own_setting() -> None:
    """One attempt is one; a later attempt that succeeds is the answer
    (DownloadDistValuesOrigin, "Connection attempts")."""
    once = Network(httpx.ReadTimeout("slow"), httpx.Response(200))
    assert fetch(once, origin=replace(CUSTOM, connection_attempts=1)).status == 504
    twice = Network(httpx.ReadTimeout("slow"), httpx.Response(200))
    assert fetch(twice, origin=replace(CUSTOM, connection_attempts=2)).status == 200


class Parts(httpx.AsyncByteStream):
    """A body in parts, then perhaps an error."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self.parts, self.error, self.closed = parts, error, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.error:
            raise self.error

    async def aclose(self) -> None:
        self.closed = True


def test_silence_between_packets_is_a_timeout_too() -> None:
    """Nothing has been passed on yet, so the whole request is tried again
    (DownloadDistValuesOrigin, "Response timeout")."""
    half = Parts(b"half", error=httpx.ReadTimeout("silent"))
    declared = {"content-length": "8"}
    network = Network(
        httpx.Response(200, headers=declared, stream=half),
        httpx.Response(200, headers=declared, stream=Parts(b"complete")),
    )
    assert fetch(network).body == b"complete"
    assert half.closed


def test_a_large_body_is_a_spool_that_breaks_with_its_origin() -> None:
    """Its declared length is known at once; what fails later cannot be taken back."""
    size = 3 * 1024 * 1024
    parts = Parts(b"x" * 1000, error=httpx.ReadError("reset"))
    answer = httpx.Response(200, headers={"content-length": str(size)}, stream=parts)

    async def ask() -> None:
        server = HttpOrigins(URLS, origins={"api": CUSTOM}, transport=Network(answer))
        body = (await server.fetch(SENT, CUSTOM)).body
        assert isinstance(body, Spool)
        assert body.size == size
        with pytest.raises(SpoolBroken):
            async for _ in body.chunks():
                pass
        assert parts.closed

    asyncio.run(ask())


def test_request_bodies_go_along() -> None:
    """Bytes with their length, streams as they come, with the viewer's length if it gave one."""

    async def stream() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    post = replace(SENT, method="POST", headers=())
    for request, name in [
        (replace(post, body=b"abc"), "content-length"),
        (replace(post, body=stream()), "transfer-encoding"),
        (replace(post, body=stream(), headers=(("content-length", "3"),)), "content-length"),
    ]:
        network = Network(httpx.Response(200))
        fetch(network, request)
        assert network.bodies == [b"abc"]
        lengths = network.asked[0].headers.keys() & {"content-length", "transfer-encoding"}
        assert lengths == {name}


def test_an_origin_that_a_function_chose_is_found_by_its_domain() -> None:
    """Only if it is mapped; else the reason says how to (lambda-event-structure, origin)."""
    chosen = replace(CUSTOM, domain_name="other.example")
    network = Network(httpx.Response(200))
    response = fetch(network, origin=chosen)
    assert (response.status, response.unanswered) == (502, True)
    assert "other.example is not mapped; start with --map other.example=URL" in response.reason
    assert fetch(network, origin=chosen, urls={"other.example": "http://x:1"}).status == 200
    assert network.asked[0].headers["host"] == "other.example"


@pytest.mark.parametrize(
    "url", ["ftp://x", "localhost:8000", "http://", "http://x?y=1", "http://x:y"]
)
def test_a_map_must_be_a_url(url: str) -> None:
    """The option is named as it was written."""
    with pytest.raises(InputRefused, match="--map api="):
        HttpOrigins({"api": url}, origins={})


def faulty(fault: OriginFault, method: str = "GET") -> tuple[Response, list[float], int]:
    faults = Faults()
    faults.set("origin:api", fault)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    network = Network(httpx.Response(200))
    response = fetch(network, replace(SENT, method=method), faults=faults, sleep=sleep)
    return response, slept, len(network.asked)


def test_a_fault_down_is_an_origin_that_refuses() -> None:
    """The page of http-502-bad-gateway, and the reason says who did it."""
    response, _, asked = faulty(OriginFault(kind="down"))
    assert (response.status, response.unanswered, asked) == (502, True, 0)
    assert response.reason == "origin api: down by the fault switch"


def test_a_fault_slow_is_waited_for_up_to_the_timeout() -> None:
    """Below the response timeout it only costs time; above, every attempt runs into it
    (DownloadDistValuesOrigin, "Response timeout")."""
    response, slept, asked = faulty(OriginFault(kind="slow", seconds=2))
    assert (response.status, slept, asked) == (200, [2], 1)
    response, slept, asked = faulty(OriginFault(kind="slow", seconds=9))
    assert (response.status, slept, asked) == (504, [5, 5, 5], 0)
    response, slept, asked = faulty(OriginFault(kind="slow", seconds=9), "POST")
    assert (response.status, slept, asked) == (504, [5], 0)


def test_a_fault_status_is_the_origins_answer() -> None:
    """It counts as answered: only a group that lists the status fails over."""
    response, _, asked = faulty(OriginFault(kind="status", status=503))
    assert (response.status, response.unanswered, asked) == (503, False, 0)


Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


def over_the_wire(server: Server, request: Request = SENT) -> Response:
    async def ask() -> Response:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/base"
        origins = HttpOrigins({"api": url}, origins={"api": CUSTOM})
        try:
            return await origins.fetch(request, CUSTOM)
        finally:
            await origins.aclose()
            listening.close()

    return asyncio.run(ask())


def test_over_a_real_connection_the_target_is_sent_as_it_came() -> None:
    """Neither dots nor escapes are touched on the way."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    assert over_the_wire(serve).body == b"ok"
    assert seen[0].startswith(b"GET /base/sub/t/../a%20b'.json?x=1&x=%C3%A4 HTTP/1.1\r\n")
    assert b"accept" not in seen[0].lower()


def test_over_a_real_connection_rubbish_is_a_502() -> None:
    """What is not HTTP is the page of http-502-bad-gateway, after three attempts."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"rubbish\r\n\r\n")
        await writer.drain()
        writer.close()

    assert over_the_wire(serve).status == 502
    assert len(asked) == 3
