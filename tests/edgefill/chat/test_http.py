"""HttpChat over a scripted transport."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from edgefill.chat import ChatOrder, HttpChat
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)

GOOD: dict[str, Any] = {
    "model": "large",
    "choices": [{"message": {"content": '{"a": 1}'}, "finish_reason": "stop"}],
    "usage": {"total_tokens": 42},
}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
ORDER = ChatOrder(prompt="Judge", schema=SCHEMA, name="verdict", model="m")
KEY = "sk-secret"
Handler = Callable[[httpx.Request], httpx.Response]


class SteppingClock:
    """A clock whose every reading takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def connect(handler: Handler, url: str = "http://judge", **options: Any) -> HttpChat:
    return HttpChat(httpx.Client(transport=httpx.MockTransport(handler)), url, **options)


def test_the_answer_holds_text_model_and_tokens() -> None:
    reply = connect(lambda _: httpx.Response(200, json=GOOD)).ask(ORDER, deadline_s=5)
    assert (reply.text, reply.model, reply.tokens) == ('{"a": 1}', "large", 42)
    assert reply.is_complete


@pytest.mark.parametrize("url", ["http://judge", "http://judge/", "http://judge/v1/"])
def test_the_request_asks_for_the_schema_at_temperature_zero(url: str) -> None:
    """The URL may end in /v1, as OpenAI's own base URL does."""
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=GOOD)

    connect(handler, url, key=KEY).ask(ORDER, deadline_s=5)
    body = json.loads(requests[0].content)
    assert str(requests[0].url) == "http://judge/v1/chat/completions"
    assert requests[0].headers["Authorization"] == "Bearer sk-secret"
    assert (body["model"], body["temperature"]) == ("m", 0)
    assert body["messages"] == [{"role": "user", "content": "Judge"}]
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "schema": SCHEMA, "strict": True},
    }
    assert requests[0].extensions["timeout"]["connect"] == 2.0


def test_without_key_model_and_schema_none_is_sent() -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=GOOD)

    connect(handler).ask(ChatOrder(prompt="Judge"), deadline_s=5)
    assert "Authorization" not in requests[0].headers
    assert json.loads(requests[0].content).keys() == {"messages", "temperature", "max_tokens"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100_000,
        json.dumps(GOOD | {"choices": []}).encode(),
        json.dumps(GOOD | {"choices": [{"message": {"content": None}}]}).encode(),
        json.dumps(GOOD | {"choices": [{"message": {"content": "\ud800"}}]}).encode(),
        json.dumps(GOOD | {"choices": [{"message": {"content": 5}}]}).encode(),
        json.dumps(GOOD | {"model": "\ud800"}).encode(),
        json.dumps(GOOD | {"model": ["large"]}).encode(),
        json.dumps(GOOD | {"usage": [1]}).encode(),
        *(
            json.dumps(GOOD).replace("42", tokens).encode()
            for tokens in ('"many"', "1e999", "NaN", "-Infinity", "-1", "1.5", "true", "9" * 5000)
        ),
    ],
)
def test_a_response_without_a_message_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidEngineOutput, match="answered without a message"):
        connect(lambda _: httpx.Response(200, content=body)).ask(ORDER, deadline_s=5)


def test_an_answer_cut_off_is_marked() -> None:
    """`finish_reason` is `length` when max_tokens ended it."""
    choice = GOOD["choices"][0] | {"finish_reason": "length"}
    chat = connect(lambda _: httpx.Response(200, json=GOOD | {"choices": [choice]}))
    assert not chat.ask(ORDER, deadline_s=5).is_complete


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, EngineBusy), (503, EngineUnavailable), (504, EngineTimeout), (401, EngineUnavailable)],
)
def test_an_error_never_repeats_the_key(status: int, kind: type[GenerationError]) -> None:
    """Not even if the server does."""
    chat = connect(lambda _: httpx.Response(status, text=f"no: {KEY}"), key=KEY)
    with pytest.raises(kind) as raised:
        chat.ask(ORDER, deadline_s=5)
    assert KEY not in str(raised.value)
    assert "[key]" in str(raised.value)


def test_a_server_that_is_down_is_unavailable() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        connect(refuse).ask(ORDER, deadline_s=5)


def test_an_endless_response_is_aborted() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    with pytest.raises(InvalidEngineOutput, match="more than 262,144 bytes"):
        connect(lambda _: httpx.Response(200, content=endless())).ask(ORDER, deadline_s=5)


def test_the_deadline_limits_the_whole_response() -> None:
    trickle = httpx.Response(200, content=iter([b" "] * 100))
    with pytest.raises(EngineTimeout, match="still sending"):
        connect(lambda _: trickle, clock=SteppingClock()).ask(ORDER, deadline_s=5)


def test_without_time_nothing_is_sent() -> None:
    with pytest.raises(EngineTimeout, match="no time is left"):
        connect(lambda _: pytest.fail("sent")).ask(ORDER, deadline_s=0)


def test_an_error_names_the_server_without_credentials() -> None:
    chat = connect(lambda _: httpx.Response(401), "http://ada:secret@judge")
    with pytest.raises(EngineUnavailable, match=r"^http://judge/v1/chat/completions answered 401$"):
        chat.ask(ORDER, deadline_s=5)
