"""Origins that fail: attempts, timeouts, faults."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.errors import BodyBroken
from cloudfront_emulator.faults import FaultSwitch, OriginFault
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.origins.http import HttpOriginClient
from tests.cloudfront_emulator.origins.scripted_transport import (
    CUSTOM,
    SENT,
    URLS,
    PartedStream,
    ScriptedTransport,
    fetch,
)


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
    """Connections are retried for all methods, responses only for GET and HEAD; a timeout is 504,
    any other failure 502 (DownloadDistValuesOrigin, http-502-bad-gateway and http-504-...)."""
    for method, expected in tries.items():
        network = ScriptedTransport(failure)
        response = fetch(network, replace(SENT, method=method))
        assert (response.status, response.unanswered) == (status, True)
        assert response.reason.startswith("origin api: ")
        assert len(network.requests) == expected


def test_the_attempts_are_the_origins_own_setting() -> None:
    """One attempt is one; a later attempt that succeeds is the answer
    (DownloadDistValuesOrigin, "Connection attempts")."""
    once = ScriptedTransport(httpx.ReadTimeout("slow"), httpx.Response(200))
    assert fetch(once, origin=replace(CUSTOM, connection_attempts=1)).status == 504
    twice = ScriptedTransport(httpx.ReadTimeout("slow"), httpx.Response(200))
    assert fetch(twice, origin=replace(CUSTOM, connection_attempts=2)).status == 200


def test_silence_between_packets_is_a_timeout_too() -> None:
    """Nothing has been passed on yet, so the whole request is tried again
    (DownloadDistValuesOrigin, "Response timeout")."""
    half = PartedStream(b"half", error=httpx.ReadTimeout("silent"))
    declared = {"content-length": "8"}
    network = ScriptedTransport(
        httpx.Response(200, headers=declared, stream=half),
        httpx.Response(200, headers=declared, stream=PartedStream(b"complete")),
    )
    assert fetch(network).body == b"complete"
    assert half.closed


def test_a_large_body_is_a_buffered_body_that_breaks_with_its_origin() -> None:
    """Its declared length is known at once; what fails later cannot be taken back."""
    size = 3 * 1024 * 1024
    parts = PartedStream(b"x" * 1000, error=httpx.ReadError("reset"))
    answer = httpx.Response(200, headers={"content-length": str(size)}, stream=parts)

    async def ask() -> None:
        server = HttpOriginClient(
            URLS, origins={"api": CUSTOM}, transport=ScriptedTransport(answer)
        )
        body = (await server.fetch(SENT, CUSTOM)).body
        assert isinstance(body, BufferedBody)
        assert body.size == size
        with pytest.raises(BodyBroken):
            async for _ in body.read_chunks():
                pass
        assert parts.closed

    asyncio.run(ask())


def fetch_with_fault(
    fault: OriginFault, method: str = "GET"
) -> tuple[CdnResponse, list[float], int]:
    faults = FaultSwitch()
    faults.set("origin:api", fault)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    network = ScriptedTransport(httpx.Response(200))
    response = fetch(network, replace(SENT, method=method), faults=faults, sleep=sleep)
    return response, slept, len(network.requests)


def test_a_fault_down_refuses_connections() -> None:
    """The page of http-502-bad-gateway; the reason names the fault switch."""
    response, _, requests = fetch_with_fault(OriginFault(kind="down"))
    assert (response.status, response.unanswered, requests) == (502, True, 0)
    assert response.reason == "origin api: the fault switch has taken the origin down"


def test_a_fault_slow_is_waited_for_up_to_the_timeout() -> None:
    """Below the response timeout it only costs time; above, every attempt runs into it
    (DownloadDistValuesOrigin, "Response timeout")."""
    response, slept, requests = fetch_with_fault(OriginFault(kind="slow", seconds=2))
    assert (response.status, slept, requests) == (200, [2], 1)
    response, slept, requests = fetch_with_fault(OriginFault(kind="slow", seconds=9))
    assert (response.status, slept, requests) == (504, [5, 5, 5], 0)
    response, slept, requests = fetch_with_fault(OriginFault(kind="slow", seconds=9), "POST")
    assert (response.status, slept, requests) == (504, [5], 0)


def test_a_fault_status_is_the_origins_answer() -> None:
    """It counts as answered: only a group that lists the status fails over."""
    response, _, requests = fetch_with_fault(OriginFault(kind="status", status=503))
    assert (response.status, response.unanswered, requests) == (503, False, 0)
