"""An engine under the contract: started, on a loop of its own, with what it can do."""

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
class Written:
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
    """`engine` is started and used on `runner`'s loop alone."""

    engine: Engine
    runner: asyncio.Runner
    can: frozenset[str] = EVERYTHING

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns on the engine's loop."""
        return self.runner.run(work)

    def write(self, prompt: str = "Say hello", **asked: Any) -> Written:
        """One text."""
        return self.run(self.written(prompt, **asked))

    def write_all(self, *requests: dict[str, Any]) -> list[Written]:
        """Texts written at the same time."""

        async def together() -> list[Written]:
            return await asyncio.gather(*(self.written(**asked) for asked in requests))

        return self.run(together())

    async def written(self, prompt: str = "Say hello", **asked: Any) -> Written:
        """One text, awaited."""
        request = GenerationRequest(prompt=prompt, **asked)
        deltas = tuple([delta async for delta in self.engine.generate(request)])
        return Written(text="".join(delta.text for delta in deltas), deltas=deltas)


@contextmanager
def started(engine: Engine, can: frozenset[str] = EVERYTHING) -> Iterator[Subject]:
    """`engine` as a subject; stopped at the end."""
    with asyncio.Runner() as runner:
        runner.run(engine.start())
        try:
            yield Subject(engine=engine, runner=runner, can=can)
        finally:
            runner.run(engine.stop())
