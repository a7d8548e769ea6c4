"""An engine under test: started, on its own event loop, with its abilities."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from gpu_service.engines.engine import Delta, Engine, GenerationRequest

T = TypeVar("T")
EVERYTHING = frozenset({
    "sampling", "grammar", "json_schema", "regex", "stop", "logprobs", "raw", "count", "limits",
    "token_ids",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedText:
    """A whole text and its deltas."""

    text: str
    deltas: tuple[Delta, ...]

    @property
    def last(self) -> Delta:
        return self.deltas[-1]

    @property
    def tokens(self) -> int:
        return sum(delta.tokens for delta in self.deltas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A started engine, used only on `runner`'s event loop."""

    engine: Engine
    runner: asyncio.Runner
    abilities: frozenset[str] = EVERYTHING

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, run on the engine's loop."""
        return self.runner.run(work)

    def write(self, prompt: str = "Say hello", **options: Any) -> GeneratedText:
        """One text."""
        return self.run(self.write_async(prompt, **options))

    def write_all(self, *requests: dict[str, Any]) -> list[GeneratedText]:
        """Texts generated at the same time."""

        async def together() -> list[GeneratedText]:
            return await asyncio.gather(*(self.write_async(**options) for options in requests))

        return self.run(together())

    async def write_async(self, prompt: str = "Say hello", **options: Any) -> GeneratedText:
        """One text, awaited."""
        request = GenerationRequest(prompt=prompt, **options)
        deltas = tuple([delta async for delta in self.engine.generate(request)])
        return GeneratedText(text="".join(delta.text for delta in deltas), deltas=deltas)


@contextmanager
def start_subject(engine: Engine, abilities: frozenset[str] = EVERYTHING) -> Iterator[Subject]:
    """Start `engine` for the tests of the block, and stop it."""
    with asyncio.Runner() as runner:
        runner.run(engine.start())
        try:
            yield Subject(engine=engine, runner=runner, abilities=abilities)
        finally:
            runner.run(engine.stop())
