"""Fixtures of the GPU service's tests: slots, a random walk through a grammar, a client."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from llguidance import LLMatcher, LLTokenizer

from edgefill.core.slots import Slot
from gpu_service.app import create_app
from gpu_service.engines.engine import Engine
from gpu_service.grammar.template_spec import TemplateSpec
from gpu_service.settings import GpuServiceSettings

TINY_MODEL = Path(__file__).parents[2] / "training" / "tiny_model" / "onnx"
MARKS = {ord(mark) for mark in '{<"|%'}
LETTERS = {*range(ord("a"), ord("z")), *range(ord("A"), ord("Z")), ord(" ")} - {ord("X")}

PRODUCT = (
    Slot(name="title", type="text"),
    Slot(name="price", type="money", values=("EUR",)),
    Slot(name="url", type="url"),
)
SLOTS = (
    Slot(name="name", type="name", required=True, default="there"),
    Slot(name="total", type="money", required=True, default="1.00 EUR", values=("EUR",)),
    Slot(name="due", type="date", required=True, default="2026-01-01"),
    Slot(name="eta", type="datetime"),
    Slot(name="count", type="number", default=1),
    Slot(name="vip", type="boolean", default=False),
    Slot(name="tier", type="enum", values=("gold", "silver"), default="gold"),
    Slot(name="link", type="url", required=True, default="/"),
    Slot(name="items", type="list", required=True, default=[], max_items=5, item=PRODUCT),
    Slot(name="tags", type="list", max_items=3, item=(Slot(name="", type="text"),)),
    Slot(name="help", type="url"),
    Slot(name="note", type="text"),
)

Walk = Callable[[str, int], str]
RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def slots() -> tuple[Slot, ...]:
    """A slot of every type, required, optional and with a default."""
    return SLOTS


@pytest.fixture(params=["html", "json", "text"])
def spec(request: pytest.FixtureRequest) -> TemplateSpec:
    """A spec of each format that declares all of these slots."""
    fields = ("title", "body") if request.param == "json" else ()
    return TemplateSpec(format=request.param, slots=SLOTS, fields=fields, max_chars=300)


@pytest.fixture(scope="session")
def walk() -> Walk:
    """A function `walk(grammar, seed)` that makes a random text of a grammar, byte by byte."""
    tokenizer = LLTokenizer("byte")

    def walk(grammar: str, seed: int) -> str:
        chance = random.Random(seed)
        matcher = LLMatcher(tokenizer, grammar, log_level=0)
        assert not matcher.is_error(), matcher.get_error()
        output = bytearray()
        while True:
            byte = _next(matcher, tokenizer, chance)
            if byte == tokenizer.eos_token:
                return output.decode()
            assert matcher.consume_token(byte), matcher.get_error()
            output.append(byte)

    return walk


def _next(matcher: LLMatcher, tokenizer: LLTokenizer, chance: random.Random) -> int:
    """A byte that the grammar allows: often markup, otherwise a letter, sometimes any byte."""
    mask = matcher.compute_bitmask()
    allowed = [n for n in range(tokenizer.vocab_size) if mask[n >> 3] >> (n & 7) & 1]
    assert allowed, "the grammar came to a dead end"
    roll = chance.random()
    if tokenizer.eos_token in allowed and roll < 0.1:
        return tokenizer.eos_token
    marks = [n for n in allowed if n in MARKS]
    letters = [n for n in allowed if n in LETTERS]
    choices = marks if marks and roll < 0.45 else letters if letters and roll < 0.97 else allowed
    return chance.choice(choices)


@pytest.fixture
def run_service() -> RunService:
    """A function that runs the service on an engine: `async with served(engine) as client`."""

    @asynccontextmanager
    async def run_service(engine: Engine, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(engine, GpuServiceSettings(**settings), on_failure=lambda reason: None)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://gpu") as client,
        ):
            yield client

    return run_service


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """The tiny model's ONNX export, or the model folder that EDGEFILL_TEST_MODEL names."""
    folder = Path(os.environ.get("EDGEFILL_TEST_MODEL", TINY_MODEL))
    if not (folder / "genai_config.json").exists():
        pytest.skip(f"no model in {folder}: train it, or name another in EDGEFILL_TEST_MODEL")
    return folder
