"""The in-memory engine follows the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from edgefill.core.errors import EngineUnavailable
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.engines.contract import BasicContract
from tests.gpu_service.engines.subject import Subject, start_subject


@pytest.fixture
def subject() -> Iterator[Subject]:
    """An engine that generates two words."""
    with start_subject(ScriptedEngine(lambda _: ("Good ", "day."))) as subject:
        yield subject


class TestScripted(BasicContract):
    """The part of the contract that needs no model."""


REQUEST = GenerationRequest(prompt="Hello")


def test_it_generates_its_script() -> None:
    """The pieces in order, then a finish reason."""

    async def collect_texts() -> list[str]:
        engine = ScriptedEngine(lambda request: (request.prompt, "!"))
        await engine.start()
        assert engine.ready
        return [delta.text for delta in [d async for d in engine.generate(REQUEST)]]

    assert asyncio.run(collect_texts()) == ["Hello", "!", ""]


def test_an_exception_in_the_script_is_raised() -> None:
    """Failures are scripted like texts."""

    async def fails() -> None:
        engine = ScriptedEngine(lambda _: ("a", EngineUnavailable("gone")))
        with pytest.raises(EngineUnavailable, match="gone"):
            _ = [delta async for delta in engine.generate(REQUEST)]
        assert engine.running == 0

    asyncio.run(fails())


def test_closing_the_iterator_ends_the_generation() -> None:
    """Nothing continues to run for a client that left."""

    async def closes() -> None:
        engine = ScriptedEngine(lambda _: ("a", "b"))
        deltas = engine.generate(REQUEST)
        await anext(deltas)
        assert engine.running == 1
        await deltas.aclose()
        assert (engine.running, engine.abandoned) == (0, 1)

    asyncio.run(closes())
