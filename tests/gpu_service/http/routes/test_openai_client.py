"""The official `openai` Python client against the service, on a real port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from edgefill.core.errors import EngineBusy, EngineUnavailable, InputRefused
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.listening import RunningService, run_on_port

KEY = "a-key-of-the-tests"
HELLO: Any = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]


def call(
    engine: ScriptedEngine,
    ask: Callable[[AsyncOpenAI, RunningService], Awaitable[Any]],
    **settings: Any,
) -> Any:
    """The result of `ask`, called with the official client of a service on `engine`."""

    async def run() -> Any:
        async with (
            run_on_port(engine, api_keys=KEY, **settings) as service,
            AsyncOpenAI(api_key=KEY, base_url=f"{service.url}/v1", max_retries=0) as client,
        ):
            engine.requests.clear()
            return await ask(client, service)

    return asyncio.run(run())


def make_engine(*pieces: str | Exception) -> ScriptedEngine:
    """An engine that generates `pieces` for every request except the warm-up."""
    return ScriptedEngine(lambda request: ("Hi",) if request.prompt == "Hello" else pieces)


def test_a_chat_is_answered_as_a_whole() -> None:
    """Text, usage and finish reason; the engine received the chat and the sampling fields."""
    engine = make_engine("Hello ", "Ada")
    answer = call(
        engine,
        lambda client, _: client.chat.completions.create(
            model="scripted", messages=HELLO, max_completion_tokens=9, seed=7, stop=["X"],
            temperature=0, user="ada", extra_body={"priority": 1},
        ),
    )  # fmt: skip
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (
        "Hello Ada",
        "stop",
    )
    assert answer.usage.completion_tokens == 2
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 2
    assert (answer.object, answer.model, answer.id[:9]) == (
        "chat.completion",
        "scripted",
        "chatcmpl-",
    )
    request: GenerationRequest = engine.requests[0]
    assert [turn.role for turn in request.messages] == ["system", "user"]
    assert (request.max_tokens, request.seed, request.stop, request.temperature) == (
        9,
        7,
        ("X",),
        0,
    )
    assert request.lane == "batch"


def test_an_answer_can_be_sent_back() -> None:
    """As the client's object, or by each of its ways to make a dictionary of it."""
    engine = make_engine("Hello ", "Ada")

    async def ask(client: AsyncOpenAI, _: RunningService) -> Any:
        answer = await client.chat.completions.create(model="scripted", messages=HELLO)
        message: Any = answer.choices[0].message
        for turn in (message, message.model_dump(), message.to_dict(), dict(message)):
            chat = [*HELLO, turn, {"role": "user", "content": "And now?"}]
            await client.chat.completions.create(model="scripted", messages=chat)

    call(engine, ask)
    for request in engine.requests[1:]:
        roles = [turn.role for turn in request.messages]
        assert (roles, request.messages[2].content) == (
            ["system", "user", "assistant", "user"], "Hello Ada",
        )  # fmt: skip
    assert len(engine.requests) == 5


def test_a_chat_is_streamed_with_its_usage() -> None:
    """All chunks have one id; the last has no choice but the usage."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> list[Any]:
        stream = await client.chat.completions.create(
            model="scripted", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        return [chunk async for chunk in stream]

    answer: list[Any] = call(make_engine("Hello ", "Ada"), ask)
    *chunks, last = answer
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello Ada"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.usage for chunk in chunks} == {None}
    assert (last.choices, last.usage.completion_tokens) == ([], 2)
    assert len({chunk.id for chunk in [*chunks, last]}) == 1


@pytest.mark.parametrize("named", [{}, {"model": None}])
def test_a_request_without_a_model_is_for_the_services_own(named: dict[str, Any]) -> None:
    """As in vLLM; roles of `engine: service` need no name."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> Any:
        path = "/chat/completions"
        return await client.post(path, body={"messages": HELLO, **named}, cast_to=object)

    answer: Any = call(make_engine("Hi"), ask)
    assert (answer["model"], answer["choices"][0]["message"]["content"]) == ("scripted", "Hi")


def test_a_completion_goes_to_the_model_unchanged() -> None:
    """Without a chat template, and with OpenAI's default of 16 tokens."""
    engine = make_engine("upon", " a time")
    answer = call(
        engine, lambda client, _: client.completions.create(model="scripted", prompt="Once")
    )
    assert (answer.object, answer.choices[0].text) == ("text_completion", "upon a time")
    request = engine.requests[0]
    assert (request.prompt, request.raw, request.max_tokens) == ("Once", True, 16)


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("extra", "field", "constraint"),
    [
        ({"response_format": {"type": "json_object"}}, "json_schema", '{"type": "object"}'),
        (
            {"response_format": {"type": "json_schema",
                                 "json_schema": {"name": "a", "schema": SCHEMA}}},
            "json_schema",
            json.dumps(SCHEMA),
        ),
        ({"structured_outputs": {"json": SCHEMA}}, "json_schema", json.dumps(SCHEMA)),
        ({"structured_outputs": {"regex": "[0-9]+"}}, "regex", "[0-9]+"),
        ({"structured_outputs": {"choice": ["a", 'b"']}}, "grammar", 'start: "a" | "b\\""\n'),
        ({"guided_grammar": 'start: "a"'}, "grammar", 'start: "a"'),
        ({"response_format": {"type": "text"}}, "grammar", None),
    ],
)  # fmt: skip
def test_a_constraint_reaches_the_engine(
    extra: dict[str, Any], field: str, constraint: str | None
) -> None:
    """OpenAI's field, vLLM's field, and vLLM's fields from before 0.12."""
    engine = make_engine("1")
    call(
        engine,
        lambda client, _: client.chat.completions.create(
            model="scripted", messages=HELLO, extra_body=extra
        ),
    )
    assert getattr(engine.requests[0], field) == constraint


def test_the_models_are_listed() -> None:
    """By name and with the context; each also has its own path."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> tuple[Any, Any]:
        return (await client.models.list()).data, await client.models.retrieve("scripted")

    models, one = call(ScriptedEngine(), ask)
    assert [model.id for model in models] == ["scripted"]
    assert one == models[0]
    assert one.max_model_len > 1


def test_an_adapter_is_listed_and_chosen_by_its_name() -> None:
    """Its parent is the model; chats and completions use it."""
    engine = ScriptedEngine(adapters=("judge",))

    async def ask(client: AsyncOpenAI, _: RunningService) -> list[Any]:
        await client.chat.completions.create(model="judge", messages=HELLO)
        await client.completions.create(model="judge", prompt="Once")
        return (await client.models.list()).data

    cards = call(engine, ask)
    assert [(card.id, card.parent) for card in cards] == [("scripted", None), ("judge", "scripted")]
    assert [request.adapter for request in engine.requests] == ["judge", "judge"]


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"model": "gpt"}, openai.NotFoundError, "'gpt' does not exist"),
        ({"n": 2}, openai.BadRequestError, "n: only 1"),
        ({"max_tokens": 0}, openai.BadRequestError, "max_tokens"),
        ({"max_tokens": 10**9}, openai.BadRequestError, "leaves"),
        ({"max_tokens": "9"}, openai.BadRequestError, "max_tokens"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, openai.BadRequestError, "role"),
        ({"temperature": 3}, openai.BadRequestError, "temperature"),
        ({"stop": [""]}, openai.BadRequestError, "stop"),
        ({"frequency_penalty": 1}, openai.BadRequestError, "frequency_penalty"),
        ({"top_logprobs": 2}, openai.BadRequestError, "top_logprobs"),
        ({"extra_body": {"colour": 1}}, openai.BadRequestError, "colour"),
        ({"extra_body": {"structured_outputs": {}}}, openai.BadRequestError, "structured_outputs"),
        ({"extra_headers": {"X-Edgefill-Deadline": "soon"}}, openai.BadRequestError, "Deadline"),
        ({"extra_headers": {"Authorization": "Bearer x"}}, openai.AuthenticationError, "API key"),
    ],
)
def test_an_invalid_request_is_the_clients_error(
    change: dict[str, Any], error: type[openai.APIStatusError], says: str
) -> None:
    """The client raises its own exception with OpenAI's fields; the next request is served."""
    engine = make_engine("fine")
    right: dict[str, Any] = {"model": "scripted", "messages": HELLO}

    async def ask(client: AsyncOpenAI, _: RunningService) -> Any:
        with pytest.raises(error, match=says) as raised:
            await client.chat.completions.create(**(right | change))
        assert raised.value.request_id
        assert raised.value.type == "invalid_request_error"
        return await client.chat.completions.create(**right)

    assert call(engine, ask).choices[0].message.content == "fine"


@pytest.mark.parametrize(
    ("failure", "status", "kind"),
    [
        (EngineBusy("full", retry_after=3), 429, "rate_limit_error"),
        (EngineUnavailable("gone", retry_after=3), 503, "server_error"),
        (InputRefused("grammar: cannot be compiled"), 400, "invalid_request_error"),
    ],
)
def test_a_failure_before_the_first_token_has_its_status(
    failure: Exception, status: int, kind: str
) -> None:
    """Streaming or not; a transient failure has a Retry-After."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> None:
        for stream in (False, True):
            with pytest.raises(openai.APIStatusError) as raised:
                await client.chat.completions.create(
                    model="scripted", messages=HELLO, stream=stream
                )
            assert (raised.value.status_code, raised.value.type) == (status, kind)
            assert ("retry-after" in raised.value.response.headers) is (status != 400)

    call(make_engine(failure), ask)


def test_a_failure_in_a_stream_is_raised_by_the_client() -> None:
    """The stream's last event is an error that the official client recognises."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> None:
        stream = await client.chat.completions.create(model="scripted", messages=HELLO, stream=True)
        with pytest.raises(openai.APIError, match="gone"):
            assert not [chunk async for chunk in stream], "it must not end well"

    call(make_engine("Hello", EngineUnavailable("gone")), ask)


@pytest.mark.parametrize("prompt", [["a", "b"], [1, 2], [[1, 2]], [], ""])
def test_a_prompt_is_one_text(prompt: Any) -> None:
    """OpenAI's lists are refused, except a list of one text."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> Any:
        with pytest.raises(openai.BadRequestError, match="prompt"):
            await client.completions.create(model="scripted", prompt=prompt)
        return await client.completions.create(model="scripted", prompt=["Once"])

    assert call(make_engine("upon"), ask).choices[0].text == "upon"


def test_an_unexpected_error_is_500_without_a_traceback() -> None:
    """The client does not see the cause; the next request is served."""

    async def ask(client: AsyncOpenAI, _: RunningService) -> Any:
        with pytest.raises(openai.InternalServerError) as raised:
            await client.chat.completions.create(model="scripted", messages=HELLO)
        assert "secret" not in str(raised.value)
        return await client.models.list()

    assert call(make_engine(RuntimeError("a secret")), ask).data
