"""A viewer's connection, the whole emulator and an origin's connection: bytes in, bytes out."""

import asyncio
from collections.abc import Sequence

import pytest
import uvicorn

from cloudfront_emulator.app import create_app
from cloudfront_emulator.distribution import DistributionConfig
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.network import EdgeNetwork
from cloudfront_emulator.origins.http import HttpOriginClient
from cloudfront_emulator.server import make_config
from tests.cloudfront_emulator.origins.raw_origin import OK, RawOrigin
from tests.cloudfront_emulator.scripted import NOON, SITE, make_behaviour

CLOSE = b"Host: h\r\nConnection: close\r\n\r\n"


def exchange(origin: RawOrigin, *requests: bytes) -> list[bytes]:
    """Everything that a viewer gets on one connection for each request."""

    async def ask() -> list[bytes]:
        listening = await asyncio.start_server(origin.serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        distribution = DistributionConfig(
            id="D", domain_name="d", behaviours=(make_behaviour(),), origins={"site": SITE}
        )
        client = HttpOriginClient({"site": url}, origins=distribution.origins)
        functions = EdgeFunctions(distribution)
        network = EdgeNetwork(distribution, functions=functions, origins=client, clock=lambda: NOON)
        config = make_config(create_app(network.answer))
        config.load()
        server = uvicorn.Server(config)
        viewers = await asyncio.get_running_loop().create_server(
            lambda: config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=server.server_state, app_state={}
            ),
            "127.0.0.1",
            0,
        )
        address = viewers.sockets[0].getsockname()
        try:
            return [await _send(address, each) for each in requests]
        finally:
            viewers.close()
            await client.close()
            await functions.close()
            listening.close()

    return asyncio.run(ask())


async def _send(address: Sequence[str | int], request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(str(address[0]), int(address[1]))
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("surplus", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen"])
def test_no_url_gets_the_response_to_another(surplus: bytes) -> None:
    """Neither from the connection nor, later, from the cache."""
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst" + surplus
    paths = [b"/a", b"/b", b"/b", b"/a"]
    answers = exchange(RawOrigin(first, OK), *[b"GET %b HTTP/1.1\r\n" % p + CLOSE for p in paths])
    assert [each.rpartition(b"\r\n\r\n")[2] for each in answers] == [
        b"first",
        b"ok",
        b"ok",
        b"first",
    ]


@pytest.mark.parametrize("text", ["€.txt", "/日本", "ä"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_bytes_of_a_header_pass_from_the_origin_and_from_the_cache(
    text: str, encoding: str
) -> None:
    """Whatever they encode."""
    value = text.encode(encoding, "backslashreplace")
    origin = RawOrigin(b"HTTP/1.1 200 OK\r\nX-A: %b\r\nContent-Length: 0\r\n\r\n" % value)
    for answer in exchange(origin, *[b"GET /a HTTP/1.1\r\n" + CLOSE] * 2):
        assert b"\r\nx-a: %b\r\n" % value in answer
    assert len(origin.heads) == 1


def test_interim_responses_are_passed_on_and_not_cached() -> None:
    """To a viewer of HTTP/1.1 (RFC 9110, section 15.2)."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    requests = [
        b"GET /%d HTTP/1.%d\r\n" % (path, minor) + CLOSE for path, minor in ((1, 1), (1, 1), (2, 0))
    ]
    first, cached, old = exchange(RawOrigin(hints + OK, hints + OK), *requests)
    assert first.startswith(b"HTTP/1.1 103 \r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert cached.startswith(b"HTTP/1.1 200 OK\r\n")
    assert old.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"103" not in cached.partition(b"\r\n\r\n")[0].partition(b"\r\n")[0]


def test_a_short_body_is_cut_off_and_not_cached() -> None:
    """The viewer sees that bytes are missing ("Dropped TCP connections")."""
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"
    origin = RawOrigin(short, OK, closes=True)
    cut, whole = exchange(origin, *[b"GET /a HTTP/1.1\r\n" + CLOSE] * 2)
    assert b"content-length: 9\r\n" in cut
    assert cut.endswith(b"\r\n\r\nshort")
    assert whole.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"GET * HTTP/1.1\r\n", 400),
        (b"HEAD * HTTP/1.1\r\n", 400),
        (b"POST * HTTP/1.1\r\n", 403),
        (b"GET /\xc3\xa4 HTTP/1.1\r\n", 400),
        (b"GET /?\xc3\xa4 HTTP/1.1\r\n", 400),
        (b"GET http://h/a HTTP/1.1\r\n", 200),
        (b"GET /a HTTP/1.1\r\nContent-Length: 0\r\n", 200),
        (b"GET /a HTTP/1.1\r\nContent-Length: 1\r\n", 403),
        (b"GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", 403),
        (b"FOO /a HTTP/1.1\r\n", 400),
    ],
)
def test_requests_are_refused_before_they_reach_the_origin(
    request_head: bytes, status: int
) -> None:
    """403 for a GET with a body and for other methods, 400 for what is no path or no HTTP."""
    origin = RawOrigin(OK)
    body = (
        b"1\r\nx\r\n0\r\n\r\n"
        if b"chunked" in request_head
        else b"x"
        if b"h: 1" in request_head
        else b""
    )
    (answer,) = exchange(origin, request_head + CLOSE + body)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert len(origin.heads) == (status == 200)


def test_a_status_that_is_none_is_a_502_on_an_intact_connection() -> None:
    """Not a closed one."""
    answer = exchange(RawOrigin(b"HTTP/1.1 700 x\r\n\r\n"), b"GET /a HTTP/1.1\r\n" + CLOSE)[0]
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"x-emulator-reason: origin site: the status 700 is not between 200 and 599" in answer
