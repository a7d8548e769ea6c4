"""OpenAI's routes on the embedded model: what only a real model can show."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gpu_service.engines.onnx.engine import OnnxEngine

pytestmark = pytest.mark.model
RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
PROMPT = {"model": "tiny", "prompt": "Hello", "max_tokens": 8, "temperature": 0}
CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}


def ask(run_service: RunService, folder: Path, *orders: dict[str, Any]) -> list[httpx.Response]:
    """One service's answers to `orders`, one after another."""

    async def run() -> list[httpx.Response]:
        engine = OnnxEngine(folder, name="tiny", in_flight=4)
        async with run_service(engine) as client:
            async with asyncio.timeout(60):
                while (await client.get("/ready")).status_code != 200:
                    await asyncio.sleep(0.01)
            paths = [
                "chat/completions" if "messages" in order else "completions" for order in orders
            ]
            return [
                await client.post(f"/v1/{path}", json=order)
                for path, order in zip(paths, orders, strict=True)
            ]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": "hello " * 2000}, "context"),
        ({"max_tokens": 100_000}, "leaves"),
        ({"structured_outputs": {"grammar": "start: ("}}, "grammar"),
        ({"structured_outputs": {"grammar": "start: missing"}}, "grammar"),
        ({"structured_outputs": {"regex": "("}}, "regex"),
        ({"guided_json": {"type": "nothing"}}, "schema"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_impossible_request_is_refused(
    run_service: RunService, tiny_model: Path, change: dict[str, Any], says: str, stream: bool
) -> None:
    """400 that names the field, streaming or not; the next request is served."""
    wrong = PROMPT | change | {"stream": stream}
    refusal, fine = ask(run_service, tiny_model, wrong, PROMPT)
    assert refusal.status_code == 400, refusal.text
    assert says in refusal.json()["error"]["message"]
    assert fine.json()["usage"]["completion_tokens"] > 0


def test_a_text_follows_its_schema(run_service: RunService, tiny_model: Path) -> None:
    """With OpenAI's `response_format`."""
    response_format = {
        "type": "json_schema",
        "json_schema": {"name": "a", "schema": {"type": "boolean"}},
    }
    [answer] = ask(run_service, tiny_model, CHAT | {"response_format": response_format})
    assert json.loads(answer.json()["choices"][0]["message"]["content"]) in (True, False)


def test_a_seed_repeats_a_text(run_service: RunService, tiny_model: Path) -> None:
    """The same request gives the same text, whole and as a stream."""
    with_seed = CHAT | {"seed": 5, "temperature": 1}
    one, two, three = ask(
        run_service, tiny_model, with_seed, with_seed, with_seed | {"stream": True}
    )
    text = one.json()["choices"][0]["message"]["content"]
    assert two.json()["choices"][0]["message"]["content"] == text
    events = [line.removeprefix("data: ") for line in three.text.split("\n\n") if line]
    chunks = [json.loads(event)["choices"][0]["delta"] for event in events[:-1]]
    assert "".join(chunk.get("content", "") for chunk in chunks) == text


def test_log_probabilities_come_in_both_shapes(run_service: RunService, tiny_model: Path) -> None:
    """One per token: with alternatives and bytes in a chat, with offsets in a completion."""
    chat = CHAT | {"logprobs": True, "top_logprobs": 2}
    first, second = ask(run_service, tiny_model, chat, PROMPT | {"logprobs": 1})
    tokens = first.json()["choices"][0]["logprobs"]["content"]
    assert len(tokens) == first.json()["usage"]["completion_tokens"]
    assert all(len(token["top_logprobs"]) == 2 and token["logprob"] <= 0 for token in tokens)
    logprobs = second.json()["choices"][0]["logprobs"]
    assert len({len(column) for column in logprobs.values()}) == 1
    assert logprobs["text_offset"][0] == 0
