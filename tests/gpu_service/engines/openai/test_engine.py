"""The engine `openai`: what it asks of a server and what it makes of the answer."""

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
    ASKED,
    EVENTS,
    HELLO,
    Server,
    Stream,
    chunk,
    event,
    streams,
    whole,
    written,
)


def test_a_text_comes_with_its_cost() -> None:
    """Deltas as they come; the last has the server's own count of tokens."""
    *texts, last = written(Server(streams(*whole(*HELLO))))
    assert [delta.text for delta in texts] == ["Hel", "lo"]
    assert (last.finish_reason, last.prompt_tokens, last.cached_tokens) == ("stop", 5, 4)
    assert sum(delta.tokens for delta in [*texts, last]) == 9


def test_what_is_asked() -> None:
    """Every field of the request, under the server's names."""
    server = Server(streams(*whole("1")))
    asked = GenerationRequest(
        prompt="Hello", regex="1", adapter="lora", logprobs=2, max_tokens=9, seed=3, stop=("X",)
    )
    written(server, asked)
    sent = server.asked[0]
    assert sent["path"] == "/v1/chat/completions"
    assert sent["messages"] == [{"role": "user", "content": "Hello"}]
    assert (sent["model"], sent["max_tokens"], sent["seed"]) == ("lora", 9, 3)
    assert (sent["logprobs"], sent["top_logprobs"], sent["stop"]) == (True, 2, ["X"])
    assert (sent["structured_outputs"], sent["stream_options"]["include_usage"]) == (
        {"regex": "1"}, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("structured", "sent"),
    [("none", set()), ("json_schema", {"response_format"}), ("vllm", {"response_format"})],
)
def test_a_schema_is_sent_where_the_server_takes_it(structured: str, sent: set[str]) -> None:
    """Elsewhere it is left out, and checked all the same."""
    server = Server(streams(*whole('{"a":', "1}")))
    schema = '{"type": "object", "properties": {"a": {"type": "integer"}}}'
    written(server, GenerationRequest(prompt="x", json_schema=schema), structured=structured)
    assert {"response_format", "structured_outputs"} & set(server.asked[0]) == sent


def test_log_probabilities_and_token_numbers_are_read() -> None:
    """Of chats and of completions."""
    told = {
        "content": [{"token": "a", "logprob": -1, "top_logprobs": [{"token": "b", "logprob": -2}]}]
    }
    [first, *_] = written(Server(streams(chunk("a", logprobs=told, token_ids=[7]), *whole())))
    assert (first.token_ids, first.tokens, first.logprobs[0].top) == ((7,), 1, (("b", -2.0),))
    old = {"tokens": ["a", "b"], "token_logprobs": [-1, -3], "top_logprobs": [{"c": -2}, None]}
    one = event({"choices": [{"text": "ab", "logprobs": old, "finish_reason": "length"}]})
    raw = GenerationRequest(prompt="x", raw=True, logprobs=1)
    server = Server(streams(one, event("[DONE]")))
    first, last = written(server, raw)
    assert server.asked[0]["path"] == "/v1/completions"
    assert [token.logprob for token in first.logprobs] == [-1, -3]
    assert (first.tokens, last.finish_reason, last.tokens) == (2, "length", 0)


@pytest.mark.parametrize(
    ("pieces", "says"),
    [(("12", "3x"), "breaks"), (("12",), "ends before")],
)
def test_a_text_that_breaks_its_constraint_is_invalid(pieces: tuple[str, ...], says: str) -> None:
    """Whether or not the server knows constraints."""
    asked = GenerationRequest(prompt="x", regex="[0-9]{4}")
    with pytest.raises(InvalidEngineOutput, match=says):
        written(Server(streams(*whole(*pieces))), asked, structured="none")


@pytest.mark.parametrize(
    "asked",
    [
        GenerationRequest(prompt="x", grammar="start: ("),
        GenerationRequest(prompt="x", regex="("),
        GenerationRequest(prompt="x", json_schema="{"),
        GenerationRequest(prompt="x", json_schema='{"type": "nothing"}'),
    ],
)
def test_a_constraint_that_cannot_compile_is_never_sent(asked: GenerationRequest) -> None:
    """RequestRefused before the server hears of it."""
    server = Server(streams(*whole("x")))
    with pytest.raises(RequestRefused):
        written(server, asked)
    assert server.asked == []


def test_closing_the_text_closes_the_connection() -> None:
    """The server hears at once that nobody listens."""

    async def run() -> bool:
        stream = Stream([chunk("a")] * 1000)
        server = Server(lambda _: httpx.Response(200, headers=EVENTS, stream=stream))
        engine = server.engine()
        await engine.start()
        deltas = engine.generate(ASKED)
        await anext(deltas)
        assert not stream.closed
        await deltas.aclose()
        await engine.stop()
        return stream.closed

    assert asyncio.run(run())


def test_the_models_tell_name_context_and_adapters() -> None:
    """The first of them unless another is named; without a context the server counts."""

    async def run(**options: Any) -> tuple[str, tuple[str, ...], int]:
        engine = Server(streams()).engine(**options)
        assert not engine.ready
        await engine.start()
        assert engine.ready
        assert engine.count_tokens(GenerationRequest(prompt="x" * 9999)) < engine.context
        return engine.model, engine.adapters, engine.context

    assert asyncio.run(run()) == ("m", ("lora",), 64)
    assert asyncio.run(run(model="x", name="ours"))[::2] == ("ours", 1_000_000)


@pytest.mark.parametrize("cards", [{"data": []}, {}, [], {"data": [{}]}, {"data": [{"id": "z"}]}])
def test_a_server_without_the_model_cannot_be_started_on(cards: Any) -> None:
    """InputRefused names the setting."""
    with pytest.raises(InputRefused, match="EDGEFILL_GPU_URL"):
        written(Server(streams(), cards=cards), model="m")


def test_no_text_before_the_start() -> None:
    """EngineUnavailable, as of every engine."""

    async def run() -> None:
        with pytest.raises(EngineUnavailable):
            await anext(Server(streams()).engine().generate(ASKED))

    asyncio.run(run())
