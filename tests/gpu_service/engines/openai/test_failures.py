"""Engine `openai` against servers that fail, send nonsense and hang up."""

from __future__ import annotations

import httpx
import pytest

from edgefill.core.errors import (
    EdgefillError,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InputRefused,
    InvalidEngineOutput,
    RequestRefused,
)
from gpu_service.engines.openai.failures import parse_retry_after
from tests.gpu_service.engines.openai.server import (
    CARDS,
    Answer,
    ScriptedServer,
    chunk,
    event,
    generate,
    says,
    streams,
    whole,
)


def raises(error: Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "error", "attempts"),
    [
        (says(400, {"error": {"message": "too long"}}), RequestRefused, 1),
        (says(404, b"<html>no</html>"), RequestRefused, 1),
        (says(422, {"error": "x"}), RequestRefused, 1),
        (says(401), InvalidEngineOutput, 1),
        (says(429), EngineBusy, 3),
        (says(429, **{"Retry-After": "900"}), EngineBusy, 1),
        (says(500), EngineUnavailable, 3),
        (says(503, {"error": {"message": 7}}), EngineUnavailable, 3),
        (says(504), EngineTimeout, 1),
        (says(302, Location="http://elsewhere"), InvalidEngineOutput, 1),
        (says(200, b"<html>hello</html>", **{"Content-Type": "text/html"}), InvalidEngineOutput, 1),
        (says(200, CARDS, **{"Content-Type": "application/json"}), InvalidEngineOutput, 1),
        (streams(), EngineUnavailable, 3),
        (streams(chunk("Hel")), EngineUnavailable, 1),
        (streams(chunk("Hel"), event("[DONE]")), EngineUnavailable, 1),
        (streams(chunk("Hel"), httpx.ReadError("gone")), EngineUnavailable, 1),
        (streams(httpx.ReadError("gone")), EngineUnavailable, 3),
        (streams(httpx.ReadTimeout("slow")), EngineTimeout, 1),
        (raises(httpx.ConnectTimeout("slow")), EngineUnavailable, 3),
        (raises(httpx.DecodingError("gzip")), InvalidEngineOutput, 1),
        (streams(event("{")), InvalidEngineOutput, 1),
        (streams(event("7")), InvalidEngineOutput, 1),
        (streams(event({"choices": [{}]})), EngineUnavailable, 3),
        (streams(chunk("\ud83d")), InvalidEngineOutput, 1),
        (streams(event({"choices": [7]})), InvalidEngineOutput, 1),
        (streams(event({"choices": [{"delta": {"content": 7}}]})), InvalidEngineOutput, 1),
        (streams(event({"choices": {"a": 1}})), InvalidEngineOutput, 1),
        (streams(chunk("x", "content_filter")), InvalidEngineOutput, 1),
        (streams(chunk("x", "stop"), event({"choices": [], "usage": 7})), InvalidEngineOutput, 1),
        (streams(event("[" * 100_000)), InvalidEngineOutput, 1),
        (streams(b"data: " + b"x" * 2_000_000), InvalidEngineOutput, 1),
        (streams(*[b"data: xxxxxxxxx\n"] * 200_000), InvalidEngineOutput, 1),
        (streams(b"data: \xff\xfe\n\n"), InvalidEngineOutput, 1),
        (streams(event({"error": {"message": "died", "code": 500}})), EngineUnavailable, 3),
        (streams(event({"error": "died"})), EngineUnavailable, 3),
        (streams(event({"error": {"code": 429}})), EngineBusy, 3),
        (streams(event({"error": {"code": 400, "message": "no"}})), RequestRefused, 1),
    ],
)
def test_a_server_that_fails(answer: Answer, error: type[EdgefillError], attempts: int) -> None:
    """Each failure has its class; a transient one is retried, but only before the first token."""
    server = ScriptedServer(answer)
    with pytest.raises(error) as raised:
        generate(server)
    assert type(raised.value) is error
    assert len(server.requests) == attempts
    assert len(str(raised.value)) < 400


def test_delays_double_and_respect_retry_after() -> None:
    """A retry waits for the backoff, or longer for Retry-After; then the text comes."""
    server = ScriptedServer(says(500), says(429, **{"Retry-After": "7"}), streams(*whole("Hi")))
    assert generate(server)[0].text == "Hi"
    assert server.delays == [1, 7]


def test_a_server_that_starts_late_is_waited_for() -> None:
    """With as many attempts and the same delays as before a text."""
    server = ScriptedServer(
        streams(*whole("Hi")), late=[raises(httpx.ConnectError("no")), says(503)]
    )
    assert generate(server)[0].text == "Hi"
    assert server.delays == [1, 2]


def test_a_server_that_never_starts_ends_the_start() -> None:
    """InputRefused names the setting and the last attempt's error."""
    server = ScriptedServer(streams(), late=[raises(httpx.ConnectError("no"))] * 3)
    with pytest.raises(InputRefused, match=r"EDGEFILL_GPU_URL: .* cannot be reached"):
        generate(server)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("", 0), ("soon", 0), ("-1", 0), ("9" * 30, 86_400), ("²", 0),
     ("Thu, 01 Jan 1970 00:01:40 GMT", 90), ("Thu, 01 Jan 1970 00:00:01 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header: str, seconds: int) -> None:
    """Anything else counts as 0 seconds."""
    assert parse_retry_after(header, clock=lambda: 10.0) == seconds
