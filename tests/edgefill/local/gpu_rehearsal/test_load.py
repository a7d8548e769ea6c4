"""The load sends requests until it is told to end, and records every one."""

import threading
from itertools import repeat

import httpx
import pytest

from edgefill.local.gpu_rehearsal.load import (
    CLIENTS,
    BackgroundRequest,
    LoadGenerator,
    LongStream,
    RehearsalFailed,
)


def make_client(status: int, started: threading.Semaphore | None = None) -> httpx.Client:
    def handle(_: httpx.Request) -> httpx.Response:
        if started:
            started.release()
        return httpx.Response(status, json={}, headers={"Retry-After": "1"})

    return httpx.Client(base_url="http://gpu", transport=httpx.MockTransport(handle))


def test_every_client_sends_one_request_after_another() -> None:
    """Until the block is left."""
    started = threading.Semaphore(0)
    with LoadGenerator(make_client(200, started), repeat({})) as load:
        for _ in range(3 * CLIENTS):
            assert started.acquire(timeout=60)
    assert load.count()["answered"] >= 3 * CLIENTS
    assert load.list_lost() == []


def test_a_client_ends_with_its_first_refusal() -> None:
    """As a load balancer stops sending to a target that is not ready."""
    with LoadGenerator(make_client(503), repeat({})) as load:
        for thread in load._threads:
            thread.join(60)
    assert load.count() == {"refused": CLIENTS}


def test_losses_are_listed() -> None:
    """With what was answered."""
    with LoadGenerator(make_client(500), repeat({})) as load:
        for thread in load._threads:
            thread.join(60)
    assert load.list_lost() == ["500 {}"] * CLIENTS


def test_a_request_in_the_background_has_an_outcome() -> None:
    """Whoever wants it waits for it."""
    assert BackgroundRequest(make_client(200), "/v1/completions", {}).wait().kind == "answered"


def stream(*events: str) -> LongStream:
    content = "".join(f"data: {event}\n\n" for event in events)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=content))
    return LongStream(httpx.Client(base_url="http://gpu", transport=transport), "m", 2)


def test_the_tokens_of_a_whole_stream_are_counted() -> None:
    """As the service counts them, in the event before the last."""
    text = stream('{"usage":null}', '{"usage":{"completion_tokens":2}}', "[DONE]")
    assert text.has_begun.wait(60)
    assert text.count_tokens() == 2


def test_a_stream_that_breaks_off_is_a_loss() -> None:
    """Without its last event, and when the connection breaks."""
    with pytest.raises(RehearsalFailed, match="broken off: no usage"):
        stream("{}", "no usage").count_tokens()

    def break_connection(_: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("peer closed")

    client = httpx.Client(base_url="http://gpu", transport=httpx.MockTransport(break_connection))
    with pytest.raises(RehearsalFailed, match="RemoteProtocolError: peer closed"):
        LongStream(client, "m", 2).count_tokens()
