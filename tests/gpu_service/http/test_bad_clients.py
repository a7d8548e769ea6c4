"""Clients that send nonsense, disconnect, stop reading or come all at once, on a real port."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.listening import RunningService, run_on_port

ENDLESS = ("word " * 2000,) * 100_000
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Say something"}]}
JSON = {"Content-Type": "application/json"}


def make_engine(*pieces: str, pause_s: float = 0.0) -> ScriptedEngine:
    """An engine that generates `pieces` for every request except the warm-up."""
    return ScriptedEngine(
        lambda request: ("Hi",) if request.prompt == "Hello" else pieces, pause_s=pause_s
    )


async def check_alive(service: RunningService) -> None:
    """Check that the service still answers."""
    async with httpx.AsyncClient(base_url=service.url) as client:
        assert (await client.get("/ready")).status_code == 200


async def wait_until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"model": "scripted", "messages": [{"role": "user", "content": "\xff"}]}', 400),
        (b'{"model":"scripted","messages":[{"role":"user","content":"\\ud800"}]}', 400),
        (b"[]", 400),
        (b"null", 400),
        (b"", 400),
        (b"[" * 100_000, 400),
        (b'{"seed": ' + b"9" * 5000 + b"}", 400),
    ],
)
def test_an_invalid_body_is_refused(body: bytes, status: int) -> None:
    """Broken JSON, broken UTF-8, another type, extreme depth and extreme numbers."""

    async def test() -> None:
        async with (
            run_on_port(make_engine("fine")) as service,
            httpx.AsyncClient(base_url=service.url) as client,
        ):
            answer = await client.post("/v1/chat/completions", content=body, headers=JSON)
            assert (answer.status_code, set(answer.json())) == (status, {"error"})
            assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 200

    asyncio.run(test())


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/templates"])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_oversize_body_is_refused(path: str, chunked: bool) -> None:
    """413, by its declared or its actual length, in the shape of its path."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b"x" * 1024

    async def test() -> None:
        async with (
            run_on_port(make_engine("fine"), max_body=4096) as service,
            httpx.AsyncClient(base_url=service.url) as client,
        ):
            content = pieces() if chunked else b"x" * 8192
            answer = await client.post(path, content=content, headers=JSON)
            assert answer.status_code == 413
            assert "4096" in answer.text
            assert ("error" in answer.json()) is (path != "/v1/templates")
            await check_alive(service)

    asyncio.run(test())


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_stops_the_engine(stream: bool) -> None:
    """When the connection closes, the generation ends and its place is free."""

    async def test() -> None:
        engine = make_engine(*("a",) * 100_000, pause_s=0.001)
        async with run_on_port(engine) as service:
            reader, writer = await open_connection_with(service, CHAT | {"stream": stream})
            await wait_until(lambda: engine.running)
            if stream:
                await reader.readuntil(b'"a"')
            writer.close()
            await wait_until(lambda: not engine.running)
            await check_alive(service)

    asyncio.run(test())


def test_a_client_that_stops_reading_is_dropped() -> None:
    """After `stall_s` the engine is free and the connection ends; others are served meanwhile."""

    async def test() -> None:
        engine = make_engine(*ENDLESS)
        async with run_on_port(engine, stall_s=1) as service:
            reader, writer = await open_connection_with(
                service, CHAT | {"stream": True}, window=4096
            )
            await wait_until(lambda: engine.running)
            await check_alive(service)
            await wait_until(lambda: not engine.running)
            await check_alive(service)
            async with asyncio.timeout(60):
                with suppress(ConnectionError):
                    while await reader.read(65536):
                        pass
            writer.close()

    asyncio.run(test())


def test_a_thousand_connections_at_once() -> None:
    """Each is answered, with a text or with 429 and Retry-After; none is dropped."""

    async def test() -> None:
        engine = make_engine("a", "b", pause_s=0.001)
        async with run_on_port(engine, slots_in_flight=64, queue=400) as service:
            answers = await asyncio.gather(
                *(read_answer(service, CHAT | {"max_tokens": 9}) for _ in range(1000))
            )
            statuses = [answer.split(b" ", 2)[1] for answer in answers]
            assert set(statuses) <= {b"200", b"429"}
            assert statuses.count(b"200") >= 400
            busy = [answer for answer in answers if answer.startswith(b"HTTP/1.1 429")]
            assert all(b"retry-after: " in answer.lower() for answer in busy)
            assert engine.running == 0
            await check_alive(service)

    asyncio.run(test())


async def open_connection_with(
    service: RunningService, body: dict[str, Any], *, window: int = 0
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with a sent request; `window` limits the kernel's receive buffer."""
    url = httpx.URL(service.url)
    sock = socket.socket()
    if window:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (url.host, url.port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=window or 2**16)
    content = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: gpu\r\nContent-Length: {len(content)}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nConnection: close\r\n\r\n".encode())
    writer.write(content)
    await writer.drain()
    return reader, writer


async def read_answer(service: RunningService, body: dict[str, Any]) -> bytes:
    """The whole answer to `body` over a separate connection."""
    reader, writer = await open_connection_with(service, body)
    answer = await reader.read()
    writer.close()
    return answer
