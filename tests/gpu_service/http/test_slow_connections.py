"""Clients that send headers or a body slowly hold nothing for long, and delay no shutdown."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import pytest

from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.http.slow_connections import SlowConnectionCloser
from tests.gpu_service.listening import RunningService, run_on_port

CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Say something"}]}
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY_HEAD = HEAD + b"Content-Length: 1000\r\n\r\n{"
CHUNKED_HEAD = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
Http = Literal["h11", "httptools"]


@dataclass(eq=False)
class ScriptedCycle:
    response_complete: bool = False


@dataclass(eq=False)
class ScriptedConnection:
    """As much of uvicorn's connection as the closer reads; it is its own transport."""

    cycle: ScriptedCycle | None = None
    closed: bool = False
    transport: Any = field(init=False)

    def __post_init__(self) -> None:
        self.transport = self

    def close(self) -> None:
        self.closed = True


def test_a_connection_that_waits_too_long_is_closed() -> None:
    """Without a request, with a finished one, and never while one runs."""
    now = [0.0]
    closer = SlowConnectionCloser(10, clock=lambda: now[0])
    silent, idle = ScriptedConnection(), ScriptedConnection(ScriptedCycle(response_complete=True))
    busy = ScriptedConnection(ScriptedCycle())
    for second in range(11):
        now[0] = second
        closer.close_slow([silent, idle, busy])
        assert [silent.closed, idle.closed, busy.closed] == [second == 10, second == 10, False]


def test_a_connection_with_a_request_now_and_then_stays_open() -> None:
    """Each request begins a new wait, even if no look at the connection falls into one."""
    now = [0.0]
    closer = SlowConnectionCloser(10, clock=lambda: now[0])
    active = ScriptedConnection()
    for second in range(100):
        now[0] = second
        if second % 9 == 0:
            active.cycle = ScriptedCycle(response_complete=True)
        closer.close_slow([active])
    assert not active.closed


@asynccontextmanager
async def open_slow(
    service: RunningService, *data: bytes
) -> AsyncIterator[list[asyncio.StreamReader]]:
    """A connection for each of `data`, which sends it and then nothing while the block runs."""
    port = int(service.url.rsplit(":", 1)[1])
    readers, writers = [], []
    for one in data:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        readers.append(reader)
        writers.append(writer)
        writer.write(one)
        await writer.drain()
    try:
        yield readers
    finally:
        for writer in writers:
            writer.close()
        await asyncio.gather(*(each.wait_closed() for each in writers), return_exceptions=True)


@pytest.mark.parametrize("http", ["h11", "httptools"])
@pytest.mark.parametrize("data", [b"", b"POST", HEAD, HEAD + b"X-Slow: "])
def test_slow_headers_close_the_connection(http: Http, data: bytes) -> None:
    """All of them, while another client is served."""

    async def test() -> None:
        async with (
            run_on_port(ScriptedEngine(), http=http, headers_s=1) as service,
            open_slow(service, *[data] * 20) as readers,
        ):
            async with asyncio.timeout(60):
                assert b"".join([await reader.read() for reader in readers]) == b""
            async with httpx.AsyncClient(base_url=service.url) as client:
                assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 200

    asyncio.run(test())


@pytest.mark.parametrize("http", ["h11", "httptools"])
@pytest.mark.parametrize("data", [BODY_HEAD, CHUNKED_HEAD])
def test_a_slow_body_is_refused(http: Http, data: bytes) -> None:
    """408 in OpenAI's shape, and the connection is closed."""

    async def test() -> None:
        async with (
            run_on_port(ScriptedEngine(), http=http, body_s=1) as service,
            open_slow(service, data) as [reader],
        ):
            async with asyncio.timeout(60):
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 408")
            assert b"connection: close" in head.lower()
            assert b"body: not received within 1 s" in body

    asyncio.run(test())


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_slow_clients_do_not_delay_a_shutdown(http: Http) -> None:
    """Nobody waits for requests that have not arrived, although running ones would have an hour."""

    async def test() -> None:
        engine = ScriptedEngine()
        async with (
            run_on_port(engine, http=http, drain_s=3600, headers_s=3600, body_s=3600) as service,
            open_slow(service, *(HEAD, BODY_HEAD, CHUNKED_HEAD) * 20) as slow,
        ):
            while len(service.server.server_state.connections) < len(slow):
                await asyncio.sleep(0.01)
            service.server.handle_exit(signal.SIGTERM, None)
            async with asyncio.timeout(60):
                while not service.server.should_exit:
                    await asyncio.sleep(0.01)

    asyncio.run(test())


def test_a_body_in_many_pieces_arrives_whole() -> None:
    """As long as it arrives in time."""

    async def pieces() -> Any:
        content = httpx.Request("POST", "http://x", json=CHAT).content
        for byte in content:
            yield bytes([byte])

    async def test() -> None:
        engine = ScriptedEngine()
        async with (
            run_on_port(engine) as service,
            httpx.AsyncClient(base_url=service.url) as client,
        ):
            headers = {"Content-Type": "application/json"}
            answer = await client.post("/v1/chat/completions", content=pieces(), headers=headers)
            assert answer.status_code == 200
            assert engine.requests[-1].messages[0].content == "Say something"

    asyncio.run(test())


def test_a_client_that_leaves_within_its_body_gets_no_answer() -> None:
    """The service goes on."""

    async def test() -> None:
        engine = ScriptedEngine()
        async with run_on_port(engine) as service:
            before = len(engine.requests)
            async with open_slow(service, BODY_HEAD):
                pass
            async with httpx.AsyncClient(base_url=service.url) as client:
                assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 200
            assert len(engine.requests) == before + 1

    asyncio.run(test())
