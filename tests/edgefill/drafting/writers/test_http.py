"""HttpGenerator over a scripted transport."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import stamina

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)
from edgefill.core.slots import Slot
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.drafting.writers.wire import order_to_json

GOOD = {
    "id": "t1",
    "model": "tiny",
    "template": "Hello {{ name }}",
    "finish_reason": "stop",
    "usage": {"prompt_tokens": 30, "completion_tokens": 12},
    "timing": {"queue_s": 0.0, "first_token_s": 0.1, "total_s": 0.2},
}
VISITOR = GenerationOrder(
    prompt="Greet", format="text", slots=(Slot(name="name", type="name"),), seed=7
)
BATCH = GenerationOrder(prompt="Greet", format="text", lane="batch")
Handler = Callable[[httpx.Request], httpx.Response]


class Clock:
    """A clock that the test advances; each reading may take a `tick`."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 100.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def generator(handler: Handler, clock: Clock | None = None) -> HttpGenerator:
    """A generator over a scripted transport."""
    client = httpx.Client(transport=httpx.MockTransport(handler))
    return HttpGenerator(client, "http://gpu/", attempts=3, clock=clock or Clock())


def answering(*answers: httpx.Response) -> Handler:
    """Return the answers one after another."""
    remaining = iter(answers)
    return lambda _request: next(remaining)


def good(**changes: Any) -> httpx.Response:
    """Return a 200 of the GPU service with changes."""
    return httpx.Response(200, json=GOOD | changes)


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Retries happen at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def test_returns_the_draft() -> None:
    """Text, model and tokens come from the answer."""
    draft = generator(answering(good())).generate(VISITOR, deadline_s=5)
    assert (draft.text, draft.model, draft.tokens) == ("Hello {{ name }}", "tiny", 42)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, None), ({"log_probability": None}, None), ({"log_probability": -0.5}, -0.5),
     ({"log_probability": 0}, 0.0)],
)  # fmt: skip
def test_the_draft_has_its_log_probability(fields: dict[str, Any], expected: float | None) -> None:
    """None when the service gives none."""
    draft = generator(answering(good(**fields))).generate(VISITOR, deadline_s=5)
    assert draft.log_probability == expected


@pytest.mark.parametrize("value", ["0.1", "true", '"-1"', "NaN", "-Infinity", "-1e999", "[]"])
def test_an_impossible_log_probability_is_invalid(value: str) -> None:
    """It must be a finite number of at most 0."""
    body = json.dumps(GOOD)[:-1] + f', "log_probability": {value}}}'
    with pytest.raises(InvalidEngineOutput, match="log_probability is"):
        generator(answering(httpx.Response(200, content=body))).generate(VISITOR, deadline_s=5)


def test_an_order_names_its_model_only_if_it_has_one() -> None:
    """So a service that knows no adapters still answers the other orders."""
    judged = replace(VISITOR, model="judge", log_probability=True)
    assert order_to_json(judged)["model"] == "judge"
    assert order_to_json(judged)["log_probability"] is True
    assert "model" not in order_to_json(VISITOR)


def test_sends_the_order_as_json() -> None:
    """The body holds declared slots, lane, seed and the rest of the deadline."""
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return good()

    generator(handler).generate(VISITOR, deadline_s=5)
    wire = json.loads(requests[0].content)
    assert str(requests[0].url) == "http://gpu/v1/templates"
    assert wire["slots"] == [{"name": "name", "type": "name"}]
    assert (wire["lane"], wire["seed"], wire["deadline_s"]) == ("interactive", 7, 5.0)
    assert (wire["constrained"], wire["stream"]) == (True, False)
    assert requests[0].extensions["timeout"] == {"connect": 2.0, "read": 5, "write": 5, "pool": 5}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(GOOD | {"template": None}).encode(),
        json.dumps(GOOD | {"template": " \n"}).encode(),
        json.dumps(GOOD | {"template": "\ud800"}).encode(),
        json.dumps(GOOD | {"model": "\ud800"}).encode(),
        json.dumps(GOOD | {"usage": None}).encode(),
        json.dumps(GOOD | {"usage": {"prompt_tokens": "many", "completion_tokens": 1}}).encode(),
        json.dumps(GOOD | {"usage": {"prompt_tokens": 1e999, "completion_tokens": 1}}).encode(),
        json.dumps(GOOD | {"finish_reason": "length"}).encode(),
    ],
)
def test_an_invalid_draft_is_refused(body: bytes) -> None:
    """A 200 without a complete template is a failure, never a draft."""
    with pytest.raises(
        InvalidEngineOutput, match="http://gpu/v1/templates answered without a template"
    ):
        generator(answering(httpx.Response(200, content=body))).generate(VISITOR, deadline_s=5)


def test_an_endless_response_is_aborted() -> None:
    """More than a megabyte is not a template."""

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    with pytest.raises(InvalidEngineOutput, match="more than 1,048,576 bytes"):
        generator(answering(httpx.Response(200, content=endless()))).generate(VISITOR, deadline_s=5)


def test_a_slow_response_is_aborted_at_the_deadline() -> None:
    """The deadline limits the whole response, not each chunk."""
    clock = Clock(tick=1.0)
    trickle = httpx.Response(200, content=iter([b" "] * 100))
    with pytest.raises(EngineTimeout, match="still sending"):
        generator(answering(trickle), clock).generate(VISITOR, deadline_s=5)


def test_without_time_nothing_is_sent() -> None:
    """A deadline in the past sends no request."""
    with pytest.raises(EngineTimeout, match="no time is left"):
        generator(answering()).generate(VISITOR, deadline_s=0)


def test_transport_errors_are_generation_errors() -> None:
    """Errors of the transport become GenerationErrors."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(EngineUnavailable, match="is the service running"):
        generator(refuse).generate(VISITOR, deadline_s=5)


def test_a_bad_url_is_unavailable() -> None:
    """The error names the URL."""
    client = httpx.Client(transport=httpx.MockTransport(answering()))
    with pytest.raises(EngineUnavailable, match="gpu:port"):
        HttpGenerator(client, "http://gpu:port").generate(VISITOR, deadline_s=5)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, EngineBusy), (503, EngineUnavailable), (422, InvalidEngineOutput)]
)
def test_a_visitors_order_is_sent_once(status: int, kind: type[GenerationError]) -> None:
    """In the interactive lane the first refusal is final."""
    with pytest.raises(kind):
        generator(answering(httpx.Response(status), good())).generate(VISITOR, deadline_s=5)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.usefixtures("no_waiting")
def test_a_batch_order_is_sent_again(status: int) -> None:
    """In the batch lane busy and cold are retried."""
    busy = httpx.Response(status, headers={"Retry-After": "2"})
    assert generator(answering(busy, good())).generate(BATCH, deadline_s=60).text


@pytest.mark.usefixtures("no_waiting")
def test_the_batch_gives_up_in_the_end() -> None:
    """The last refusal is raised."""
    with pytest.raises(EngineBusy):
        generator(lambda _request: httpx.Response(429)).generate(BATCH, deadline_s=60)


@pytest.mark.parametrize("status", [404, 422, 500])
@pytest.mark.usefixtures("no_waiting")
def test_the_batch_does_not_repeat_what_stays_refused(status: int) -> None:
    """A retry does not help a refused order or a missing service."""
    with pytest.raises(InvalidEngineOutput if status == 422 else EngineUnavailable):
        generator(answering(httpx.Response(status), good())).generate(BATCH, deadline_s=60)


def test_the_batch_does_not_wait_beyond_its_deadline() -> None:
    """If Retry-After exceeds the deadline, the refusal is raised at once."""
    busy = httpx.Response(429, headers={"Retry-After": "30"})
    with pytest.raises(EngineBusy):
        generator(answering(busy, good())).generate(BATCH, deadline_s=10)


def test_waits_for_retry_after() -> None:
    """The wait before a retry is the service's own Retry-After."""
    waits: list[float] = []
    busy = httpx.Response(429, headers={"Retry-After": "1"})
    before = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks([lambda details: waits.append(details.wait_for)])
    try:
        generator(answering(busy, good())).generate(BATCH, deadline_s=60)
    finally:
        stamina.instrumentation.set_on_retry_hooks(before)
    assert waits == [1.0]


@pytest.mark.parametrize(("key", "sent"), [("secret", "Bearer secret"), ("", None)])
def test_the_services_key_is_sent(key: str, sent: str | None) -> None:
    """P2 of the deployment: an existing GPU service may need one."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return good()

    client = httpx.Client(transport=httpx.MockTransport(answer))
    HttpGenerator(client, "http://gpu/", key=key, clock=Clock()).generate(VISITOR, deadline_s=5)
    assert requests[0].headers.get("Authorization") == sent
