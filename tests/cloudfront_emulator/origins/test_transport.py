"""Which connections to origins are kept and used again."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest

from cloudfront_emulator.origins.transport import KEEPALIVE_S, MAX_IDLE, OriginTransport
from tests.cloudfront_emulator.origins.raw_origin import OK, RawOrigin

TIMEOUTS = {"connect": 60, "read": 60, "write": 60, "pool": None}


class SteppedClock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def make_request(url: str) -> httpx.Request:
    return httpx.Request("GET", url, headers={"host": "h"}, extensions={"timeout": TIMEOUTS})


async def fetch(transport: OriginTransport, url: str) -> bytes:
    return await (await transport.handle_async_request(make_request(url))).aread()


def run_with(
    origin: RawOrigin, work: Callable[[OriginTransport, SteppedClock, str], Awaitable[None]]
) -> None:
    async def run() -> None:
        listening = await asyncio.start_server(origin.serve, "127.0.0.1", 0)
        clock = SteppedClock()
        transport = OriginTransport(clock)
        try:
            await work(
                transport, clock, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
            )
        finally:
            await transport.aclose()
            listening.close()

    asyncio.run(run())


def test_an_idle_connection_is_used_again_until_it_expires() -> None:
    """Its time starts anew with each response."""
    origin = RawOrigin(*[OK] * 4)

    async def work(transport: OriginTransport, clock: SteppedClock, url: str) -> None:
        for _ in range(3):
            assert await fetch(transport, url) == b"ok"
            clock.now += KEEPALIVE_S - 1
        assert origin.connections == 1
        clock.now += 1
        await fetch(transport, url)
        assert origin.connections == 2

    run_with(origin, work)


def test_concurrent_requests_have_connections_of_their_own() -> None:
    """At most MAX_IDLE of them are kept afterwards."""
    number = MAX_IDLE + 3
    origin = RawOrigin(*[OK] * (number * 2))

    async def work(transport: OriginTransport, _: SteppedClock, url: str) -> None:
        answers = [await transport.handle_async_request(make_request(url)) for _ in range(number)]
        assert [await answer.aread() for answer in answers] == [b"ok"] * number
        assert origin.connections == number
        again = [await transport.handle_async_request(make_request(url)) for _ in range(number)]
        assert origin.connections == number + 3
        for answer in again:
            await answer.aclose()

    run_with(origin, work)


def test_a_connection_whose_response_was_not_read_is_closed() -> None:
    """The rest of the body belongs to no other request."""
    origin = RawOrigin(OK, OK)

    async def work(transport: OriginTransport, _: SteppedClock, url: str) -> None:
        await (await transport.handle_async_request(make_request(url))).aclose()
        assert await fetch(transport, url) == b"ok"
        assert origin.connections == 2

    run_with(origin, work)


def test_a_connection_that_the_origin_has_closed_is_not_used() -> None:
    """Though its response allowed it."""
    origin = RawOrigin(OK, OK, closes=True)

    async def work(transport: OriginTransport, _: SteppedClock, url: str) -> None:
        assert [await fetch(transport, url) for _ in range(2)] == [b"ok", b"ok"]
        assert origin.connections == 2

    run_with(origin, work)


def test_connections_to_other_addresses_are_not_mixed_up() -> None:
    """The host's name counts, not what it resolves to."""
    origin = RawOrigin(OK, OK, OK)

    async def work(transport: OriginTransport, _: SteppedClock, url: str) -> None:
        for other in (url, url.replace("127.0.0.1", "localhost"), url):
            assert await fetch(transport, other) == b"ok"
        assert origin.connections == 2

    run_with(origin, work)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_origin_that_cannot_be_reached_is_a_connect_error(scheme: str) -> None:
    """A closed port; for https also a server that breaks off the handshake."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"

    async def work(transport: OriginTransport, _: SteppedClock, url: str) -> None:
        with pytest.raises(httpx.ConnectError):
            await fetch(transport, closed)
        if scheme == "https":
            with pytest.raises(httpx.ConnectError):
                await fetch(transport, url.replace("http:", "https:"))

    run_with(RawOrigin(), work)
