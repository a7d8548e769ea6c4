"""POST /v1/templates."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused
from gpu_service.engines.scripted import Script, ScriptedEngine
from gpu_service.scheduling.readiness import WARM_UP
from tests.gpu_service.listening import wait_until_ready

RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
ENDLESS = ("a",) * 100_000
NAME = {"name": "name", "type": "name", "required": True, "default": "there"}
ORDER: dict[str, Any] = {"prompt": "Say hello to Ada", "format": "text", "slots": [NAME]}


def ask(
    run_service: RunService, engine: ScriptedEngine, order: Any, **settings: int
) -> httpx.Response:
    """The answer to one request."""

    async def post() -> httpx.Response:
        async with run_service(engine, **settings) as client:
            await wait_until_ready(client)
            return await client.post("/v1/templates", json=order)

    return asyncio.run(post())


def script_of(*pieces: str | Exception) -> Script:
    """An engine that generates `pieces` for every request except the warm-up."""
    return lambda request: ("Hello",) if request == WARM_UP else pieces


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def test_a_template_is_answered_as_a_whole(run_service: RunService) -> None:
    """Text, usage and timing; the engine received the grammar of the declared slots."""
    engine = ScriptedEngine(lambda _: ("Hello ", "{{ name }}"))
    answer = ask(run_service, engine, ORDER | {"seed": 7})
    body = answer.json()
    assert answer.status_code == 200
    assert body["template"] == "Hello {{ name }}"
    assert (body["model"], body["finish_reason"]) == ("scripted", "stop")
    assert body["usage"] == {"prompt_tokens": 7, "completion_tokens": 2}
    assert set(body["timing"]) == {"queue_s", "first_token_s", "total_s"}
    assert engine.requests[-1].seed == 7
    assert "{{ name }}" in (engine.requests[-1].grammar or "")


def test_a_template_is_streamed(run_service: RunService) -> None:
    """One event per delta, then the finish reason and the usage, then [DONE]."""
    engine = ScriptedEngine(lambda _: ("Hello ", "{{ name }}"))
    answer = ask(run_service, engine, ORDER | {"stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    *events, done = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert done == "[DONE]"
    body = [json.loads(event) for event in events]
    assert body[:2] == [{"delta": "Hello "}, {"delta": "{{ name }}"}]
    assert body[2]["finish_reason"] == "stop"
    assert body[2]["usage"]["completion_tokens"] == 2


def read_events(answer: httpx.Response) -> list[dict[str, Any]]:
    """The events of a stream, without [DONE]."""
    *events, _ = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    return [json.loads(event) for event in events]


def test_a_text_comes_with_its_log_probability(run_service: RunService) -> None:
    """The mean over the tokens, whole and on a stream's last event, when the request asks."""
    order = ORDER | {"log_probability": True}
    whole = ask(run_service, ScriptedEngine(script_of("a", "b"), logprob=-0.5), order)
    assert whole.json()["log_probability"] == -0.5
    engine = ScriptedEngine(script_of("a", "b"), logprob=-0.5)
    *deltas, last = read_events(ask(run_service, engine, order | {"stream": True}))
    assert deltas == [{"delta": "a"}, {"delta": "b"}]
    assert last["log_probability"] == -0.5


def test_a_log_probability_that_nobody_knows_is_null(run_service: RunService) -> None:
    """Because the request does not ask for it, or because the engine cannot tell."""
    unasked = ask(run_service, ScriptedEngine(logprob=-0.5), ORDER)
    untold = ask(run_service, ScriptedEngine(), ORDER | {"log_probability": True})
    assert unasked.json()["log_probability"] is untold.json()["log_probability"] is None


@pytest.mark.parametrize(
    ("model", "adapter"), [("judge", "judge"), ("scripted", None), ("", None), (None, None)]
)
def test_a_request_chooses_the_model_or_an_adapter(
    run_service: RunService, model: str | None, adapter: str | None
) -> None:
    """By name; the answer names what generated the text."""
    engine = ScriptedEngine(adapters=("judge", "critic"))
    answer = ask(run_service, engine, ORDER | {"model": model})
    assert answer.json()["model"] == (adapter or "scripted")
    assert engine.requests[-1].adapter == adapter


def test_an_unknown_model_is_a_problem(run_service: RunService) -> None:
    """404 problem+json that names the field, as every error of this route."""
    answer = ask(run_service, ScriptedEngine(adapters=("judge",)), ORDER | {"model": "gpt"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("body.model: the model 'gpt' does not exist")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": ""}, "body.prompt"),
        ({"model": "m" * 257}, "body.model"),
        ({"log_probability": "maybe"}, "body.log_probability"),
        ({"format": "pdf"}, "body.format"),
        ({"max_tokens": 0}, "body.max_tokens"),
        ({"max_tokens": 10**9}, "body.max_tokens"),
        ({"temperature": -1}, "body.temperature"),
        ({"lane": "fast"}, "body.lane"),
        ({"unknown": 1}, "body.unknown"),
        ({"slots": [{"name": "a"}]}, "slots.0"),
        ({"slots": [{"name": "a", "type": "name", "colour": 1}]}, "slots.0"),
        ({"slots": [{"name": 1, "type": "name"}]}, "slots.0"),
        ({"slots": [{"name": "a b", "type": "name"}]}, "slot 'a b'"),
        ({"format": "json"}, "1 to 15 fields"),
    ],
)
def test_an_invalid_body_is_a_problem_that_names_the_field(
    run_service: RunService, change: dict[str, Any], says: str
) -> None:
    """422 problem+json that does not repeat the prompt."""
    answer = ask(run_service, ScriptedEngine(), ORDER | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert "Ada" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"prompt": "\\ud800", "format": "text"}'])
def test_a_body_with_invalid_text_is_refused(run_service: RunService, body: bytes) -> None:
    """Broken JSON and broken UTF-8 are the client's errors."""

    async def test() -> None:
        async with run_service(ScriptedEngine()) as client:
            headers = {"Content-Type": "application/json"}
            answer = await client.post("/v1/templates", content=body, headers=headers)
            assert answer.status_code in (400, 422)
            assert answer.headers["content-type"] == "application/problem+json"

    run(test)


@pytest.mark.parametrize(
    ("error", "status"),
    [(EngineUnavailable("gone", retry_after=3), 503), (InputRefused("prompt: too long"), 422)],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_engine_that_fails_is_a_problem(
    run_service: RunService, error: Exception, status: int, stream: bool
) -> None:
    """Before the first token the failure has its status, streaming or not."""
    engine = ScriptedEngine(script_of(error))
    answer = ask(run_service, engine, ORDER | {"stream": stream})
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) is (status == 503)


def test_a_failure_in_a_stream_ends_it(run_service: RunService) -> None:
    """The last event before [DONE] is the problem."""
    engine = ScriptedEngine(script_of("Hello", EngineUnavailable("gone")))
    events = ask(run_service, engine, ORDER | {"stream": True}).text.strip().split("\n\n")
    assert json.loads(events[-2].removeprefix("data: "))["error"]["status"] == 503
    assert events[-1] == "data: [DONE]"


def test_a_text_beyond_its_deadline_is_stopped(run_service: RunService) -> None:
    """504 at the deadline; the engine stops generating."""
    engine = ScriptedEngine(script_of(*ENDLESS), pause_s=0.001)
    answer = ask(run_service, engine, ORDER | {"deadline_s": 0.05})
    assert answer.status_code == 504
    assert engine.running == 0


def test_a_full_queue_is_429_with_retry_after(run_service: RunService) -> None:
    """One request runs, one waits, the third is refused at once."""

    async def test() -> None:
        engine = ScriptedEngine(pause_s=0.5)
        async with run_service(engine, slots_in_flight=1, queue=1) as client:
            await wait_until_ready(client)
            first = asyncio.create_task(client.post("/v1/templates", json=ORDER))
            second = asyncio.create_task(client.post("/v1/templates", json=ORDER))
            await asyncio.sleep(0.02)
            third = await client.post("/v1/templates", json=ORDER)
            assert third.status_code == 429
            assert int(third.headers["retry-after"]) >= 1
            assert {(await first).status_code, (await second).status_code} == {200}

    run(test)


def test_a_request_before_readiness_is_503(run_service: RunService) -> None:
    """With a Retry-After."""

    async def test() -> None:
        async with run_service(ScriptedEngine(start_error=InputRefused("no model"))) as client:
            answer = await client.post("/v1/templates", json=ORDER)
            assert answer.status_code == 503
            assert "retry-after" in answer.headers

    run(test)


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_stops_the_engine(run_service: RunService, stream: bool) -> None:
    """The generation ends, its place is free again, and the cancellation is counted."""

    async def test() -> None:
        engine = ScriptedEngine(script_of(*ENDLESS), pause_s=0.001)
        async with run_service(engine) as client:
            await wait_until_ready(client)
            await leave(client, ORDER | {"stream": stream}, engine)
            assert engine.running == 0
            metrics = (await client.get("/metrics")).text
            assert "edgefill_gpu_cancelled_total 1.0" in metrics
            assert "edgefill_gpu_in_flight 0.0" in metrics

    run(test)


async def leave(client: httpx.AsyncClient, order: Any, engine: ScriptedEngine) -> None:
    """Send a request, and disconnect once the engine runs (httpx's transport cannot do this)."""
    body = json.dumps(order).encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "POST",
        "path": "/v1/templates", "raw_path": b"/v1/templates", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("gpu", 80),
        "headers": [(b"content-type", b"application/json")], "client": ("visitor", 1),
    }  # fmt: skip
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        while not engine.running:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        await asyncio.sleep(0)

    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(scope, receive, send)
