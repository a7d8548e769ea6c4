"""Engine `openai`: the requests it sends and how it reads the answers."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from edgefill.core.errors import (
    EngineUnavailable,
    InputRefused,
    InvalidEngineOutput,
    RequestRefused,
)
from gpu_service.engines.engine import GenerationRequest
from tests.gpu_service.engines.openai.server import (
    EVENTS,
    HELLO,
    REQUEST,
    ScriptedServer,
    ScriptedStream,
    chunk,
    event,
    generate,
    says,
    streams,
    whole,
)


def test_a_text_comes_with_its_usage() -> None:
    """Deltas come one by one; the last has the server's own count of tokens."""
    *texts, last = generate(ScriptedServer(streams(*whole(*HELLO))))
    assert [delta.text for delta in texts] == ["Hel", "lo"]
    assert (last.finish_reason, last.prompt_tokens, last.cached_tokens) == ("stop", 5, 4)
    assert sum(delta.tokens for delta in [*texts, last]) == 9


def test_every_field_is_sent() -> None:
    """Under the server's names."""
    server = ScriptedServer(streams(*whole("1")))
    request = GenerationRequest(
        prompt="Hello", regex="1", adapter="lora", logprobs=2, max_tokens=9, seed=3, stop=("X",)
    )
    generate(server, request)
    body = server.requests[0]
    assert body["path"] == "/v1/chat/completions"
    assert body["messages"] == [{"role": "user", "content": "Hello"}]
    assert (body["model"], body["max_tokens"], body["seed"]) == ("lora", 9, 3)
    assert (body["logprobs"], body["top_logprobs"], body["stop"]) == (True, 2, ["X"])
    assert (body["structured_outputs"], body["stream_options"]["include_usage"]) == (
        {"regex": "1"}, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("structured", "fields"),
    [("none", set()), ("json_schema", {"response_format"}), ("vllm", {"response_format"})],
)
def test_a_schema_is_sent_to_a_server_that_accepts_it(structured: str, fields: set[str]) -> None:
    """For other servers it is left out, but the text is checked all the same."""
    server = ScriptedServer(streams(*whole('{"a":', "1}")))
    schema = '{"type": "object", "properties": {"a": {"type": "integer"}}}'
    generate(server, GenerationRequest(prompt="x", json_schema=schema), structured=structured)
    assert {"response_format", "structured_outputs"} & set(server.requests[0]) == fields


def test_log_probabilities_and_token_numbers_are_read() -> None:
    """From chats and from completions."""
    logprobs = {
        "content": [{"token": "a", "logprob": -1, "top_logprobs": [{"token": "b", "logprob": -2}]}]
    }
    [first, *_] = generate(
        ScriptedServer(streams(chunk("a", logprobs=logprobs, token_ids=[7]), *whole()))
    )
    assert (first.token_ids, first.tokens, first.logprobs[0].top) == ((7,), 1, (("b", -2.0),))
    old = {"tokens": ["a", "b"], "token_logprobs": [-1, -3], "top_logprobs": [{"c": -2}, None]}
    one = event({"choices": [{"text": "ab", "logprobs": old, "finish_reason": "length"}]})
    raw = GenerationRequest(prompt="x", raw=True, logprobs=1)
    server = ScriptedServer(streams(one, event("[DONE]")))
    first, last = generate(server, raw)
    assert server.requests[0]["path"] == "/v1/completions"
    assert [token.logprob for token in first.logprobs] == [-1, -3]
    assert (first.tokens, last.finish_reason, last.tokens) == (2, "length", 0)


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [(("12", "3x"), "breaks"), (("12",), "ends before")],
)
def test_a_text_that_breaks_its_constraint_is_invalid(pieces: tuple[str, ...], reason: str) -> None:
    """Whether or not the server supports constraints."""
    request = GenerationRequest(prompt="x", regex="[0-9]{4}")
    with pytest.raises(InvalidEngineOutput, match=reason):
        generate(ScriptedServer(streams(*whole(*pieces))), request, structured="none")


@pytest.mark.parametrize(
    "request_",
    [
        GenerationRequest(prompt="x", grammar="start: ("),
        GenerationRequest(prompt="x", regex="("),
        GenerationRequest(prompt="x", json_schema="{"),
        GenerationRequest(prompt="x", json_schema='{"type": "nothing"}'),
    ],
)
def test_a_constraint_that_cannot_compile_is_never_sent(request_: GenerationRequest) -> None:
    """RequestRefused before anything is sent to the server."""
    server = ScriptedServer(streams(*whole("x")))
    with pytest.raises(RequestRefused):
        generate(server, request_)
    assert server.requests == []


def test_closing_the_text_closes_the_connection() -> None:
    """The server notices at once that the client is gone."""

    async def run() -> bool:
        stream = ScriptedStream([chunk("a")] * 1000)
        server = ScriptedServer(lambda _: httpx.Response(200, headers=EVENTS, stream=stream))
        engine = server.engine()
        await engine.start()
        deltas = engine.generate(REQUEST)
        await anext(deltas)
        assert not stream.closed
        await deltas.aclose()
        await engine.stop()
        return stream.closed

    assert asyncio.run(run())


def test_name_context_and_adapters_come_from_the_models() -> None:
    """The first model unless another is configured; the context may be unknown."""

    async def run(**options: Any) -> tuple[str, tuple[str, ...], int]:
        engine = ScriptedServer(streams()).engine(**options)
        assert not engine.ready
        await engine.start()
        assert engine.ready
        assert engine.count_tokens(GenerationRequest(prompt="x" * 9999)) < engine.context
        return engine.model, engine.adapters, engine.context

    assert asyncio.run(run()) == ("m", ("lora",), 64)
    assert asyncio.run(run(model="x", name="ours"))[::2] == ("ours", 1_000_000)


def test_a_configured_adapter_is_one_of_the_servers_models() -> None:
    """Its name is ours; it is listed before the start and with the server's own adapters after."""

    async def run(adapter: str, **options: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        server = ScriptedServer(streams(*whole("Hi")))
        engine = server.engine(adapters={"judge": "x"}, **options)
        before = engine.adapters
        await engine.start()
        async for _ in engine.generate(GenerationRequest(prompt="Hello", adapter=adapter)):
            pass
        return server.requests[0]["model"], before, engine.adapters

    assert asyncio.run(run("judge")) == ("x", ("judge",), ("lora", "judge"))
    assert asyncio.run(run("lora"))[0] == "lora"
    with pytest.raises(RequestRefused, match=r"'x' is not served.*lora, judge"):
        asyncio.run(run("x"))
    with pytest.raises(InputRefused, match="judge: the model itself has this name"):
        asyncio.run(run("judge", name="judge"))


def test_an_adapter_that_the_server_lacks_fails_the_start() -> None:
    """The error names the model and what the server has."""
    with pytest.raises(InputRefused, match=r"EDGEFILL_GPU_URL.*no model 'gone'.*lora, m, x"):
        generate(ScriptedServer(streams()), adapters={"judge": "gone"})


def test_log_probabilities_alone_are_asked_for_without_alternatives() -> None:
    """A server that leaves them out is none the worse for it."""
    bare = {"content": [{"token": "a", "logprob": -1}]}
    server = ScriptedServer(streams(chunk("a", logprobs=bare), *whole()), streams(*whole("a")))
    request = GenerationRequest(prompt="x", log_probability=True)
    assert generate(server, request)[0].logprobs[0].logprob == -1
    assert generate(server, request)[0].logprobs == ()
    assert server.requests[0]["logprobs"] is True
    assert "top_logprobs" not in server.requests[0]


def test_a_server_that_refuses_log_probabilities_is_asked_again_without() -> None:
    """Unless they are what the request is for."""
    refusal = says(400, {"error": {"message": "logprobs is not supported"}})
    server = ScriptedServer(refusal, streams(*whole("Hi")))
    assert generate(server, GenerationRequest(prompt="x", log_probability=True))[0].text == "Hi"
    assert ["logprobs" in body for body in server.requests] == [True, False]
    with pytest.raises(RequestRefused, match="not supported"):
        generate(ScriptedServer(refusal), GenerationRequest(prompt="x", logprobs=0))


@pytest.mark.parametrize("cards", [{"data": []}, {}, [], {"data": [{}]}, {"data": [{"id": "z"}]}])
def test_a_server_without_the_model_fails_the_start(cards: Any) -> None:
    """InputRefused names the setting."""
    with pytest.raises(InputRefused, match="EDGEFILL_GPU_URL"):
        generate(ScriptedServer(streams(), cards=cards), model="m")


def test_no_text_before_the_start() -> None:
    """EngineUnavailable, as from every engine."""

    async def run() -> None:
        with pytest.raises(EngineUnavailable):
            await anext(ScriptedServer(streams()).engine().generate(REQUEST))

    asyncio.run(run())
