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
from tests.gpu_service.listening import Listening, listening

KEY = "a-key-of-the-tests"
HELLO: Any = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]


def asked(
    engine: ScriptedEngine, ask: Callable[[AsyncOpenAI, Listening], Awaitable[Any]], **settings: Any
) -> Any:
    """What `ask` returns, given the official client of the service over `engine`."""

    async def run() -> Any:
        async with (
            listening(engine, api_keys=KEY, **settings) as service,
            AsyncOpenAI(api_key=KEY, base_url=f"{service.url}/v1", max_retries=0) as client,
        ):
            engine.requests.clear()
            return await ask(client, service)

    return asyncio.run(run())


def engine_that_writes(*pieces: str | Exception) -> ScriptedEngine:
    """`pieces` for every request but the warm-up."""
    return ScriptedEngine(lambda request: ("Hi",) if request.prompt == "Hello" else pieces)


def test_a_chat_comes_whole() -> None:
    """Text, usage, finish reason; the engine got the chat and the sampling."""
    engine = engine_that_writes("Hello ", "Ada")
    said = asked(
        engine,
        lambda client, _: client.chat.completions.create(
            model="scripted", messages=HELLO, max_completion_tokens=9, seed=7, stop=["X"],
            temperature=0, user="ada", extra_body={"priority": 1},
        ),
    )  # fmt: skip
    assert (said.choices[0].message.content, said.choices[0].finish_reason) == ("Hello Ada", "stop")
    assert said.usage.completion_tokens == 2
    assert said.usage.total_tokens == said.usage.prompt_tokens + 2
    assert (said.object, said.model, said.id[:9]) == ("chat.completion", "scripted", "chatcmpl-")
    got: GenerationRequest = engine.requests[0]
    assert [turn.role for turn in got.messages] == ["system", "user"]
    assert (got.max_tokens, got.seed, got.stop, got.temperature) == (9, 7, ("X",), 0)
    assert got.lane == "batch"


def test_a_chat_comes_as_a_stream_with_its_usage() -> None:
    """Chunks of one answer; the last has no choice and the usage."""

    async def ask(client: AsyncOpenAI, _: Listening) -> list[Any]:
        stream = await client.chat.completions.create(
            model="scripted", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        return [chunk async for chunk in stream]

    said: list[Any] = asked(engine_that_writes("Hello ", "Ada"), ask)
    *chunks, last = said
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello Ada"
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.usage for chunk in chunks} == {None}
    assert (last.choices, last.usage.completion_tokens) == ([], 2)
    assert len({chunk.id for chunk in [*chunks, last]}) == 1


def test_a_completion_goes_to_the_model_as_it_is() -> None:
    """Without a chat template; 16 tokens unless told, as at OpenAI."""
    engine = engine_that_writes("upon", " a time")
    said = asked(
        engine, lambda client, _: client.completions.create(model="scripted", prompt="Once")
    )
    assert (said.object, said.choices[0].text) == ("text_completion", "upon a time")
    got = engine.requests[0]
    assert (got.prompt, got.raw, got.max_tokens) == ("Once", True, 16)


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
    """OpenAI's field, vLLM's, and vLLM's before its 0.12."""
    engine = engine_that_writes("1")
    asked(
        engine,
        lambda client, _: client.chat.completions.create(
            model="scripted", messages=HELLO, extra_body=extra
        ),
    )
    assert getattr(engine.requests[0], field) == constraint


def test_the_models_are_listed() -> None:
    """By name, with the context; one of them by its own path."""

    async def ask(client: AsyncOpenAI, _: Listening) -> tuple[Any, Any]:
        return (await client.models.list()).data, await client.models.retrieve("scripted")

    listed, one = asked(ScriptedEngine(), ask)
    assert [model.id for model in listed] == ["scripted"]
    assert one == listed[0]
    assert one.max_model_len > 1


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
def test_a_wrong_request_is_the_clients_error(
    change: dict[str, Any], error: type[openai.APIStatusError], says: str
) -> None:
    """The official exception, with OpenAI's fields; the next request is served."""
    engine = engine_that_writes("fine")
    right: dict[str, Any] = {"model": "scripted", "messages": HELLO}

    async def ask(client: AsyncOpenAI, _: Listening) -> Any:
        with pytest.raises(error, match=says) as raised:
            await client.chat.completions.create(**(right | change))
        assert raised.value.request_id
        assert raised.value.type == "invalid_request_error"
        return await client.chat.completions.create(**right)

    assert asked(engine, ask).choices[0].message.content == "fine"


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
    """Streaming or not; what passes says when to come back."""

    async def ask(client: AsyncOpenAI, _: Listening) -> None:
        for stream in (False, True):
            with pytest.raises(openai.APIStatusError) as raised:
                await client.chat.completions.create(
                    model="scripted", messages=HELLO, stream=stream
                )
            assert (raised.value.status_code, raised.value.type) == (status, kind)
            assert ("retry-after" in raised.value.response.headers) is (status != 400)

    asked(engine_that_writes(failure), ask)


def test_a_failure_on_the_way_is_raised_by_the_client() -> None:
    """The stream's last event is an error that the official client knows."""

    async def ask(client: AsyncOpenAI, _: Listening) -> None:
        stream = await client.chat.completions.create(model="scripted", messages=HELLO, stream=True)
        with pytest.raises(openai.APIError, match="gone"):
            assert not [chunk async for chunk in stream], "it must not end well"

    asked(engine_that_writes("Hello", EngineUnavailable("gone")), ask)


@pytest.mark.parametrize("prompt", [["a", "b"], [1, 2], [[1, 2]], [], ""])
def test_a_prompt_is_one_text(prompt: Any) -> None:
    """OpenAI's lists are refused but for a list of one text."""

    async def ask(client: AsyncOpenAI, _: Listening) -> Any:
        with pytest.raises(openai.BadRequestError, match="prompt"):
            await client.completions.create(model="scripted", prompt=prompt)
        return await client.completions.create(model="scripted", prompt=["Once"])

    assert asked(engine_that_writes("upon"), ask).choices[0].text == "upon"


def test_what_nobody_foresaw_is_500_without_a_traceback() -> None:
    """The client hears nothing of the cause; the next request is served."""

    async def ask(client: AsyncOpenAI, _: Listening) -> Any:
        with pytest.raises(openai.InternalServerError) as raised:
            await client.chat.completions.create(model="scripted", messages=HELLO)
        assert "secret" not in str(raised.value)
        return await client.models.list()

    assert asked(engine_that_writes(RuntimeError("a secret")), ask).data
