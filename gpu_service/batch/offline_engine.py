"""Authors: who writes a shard's requests, many at once, and gives each as it is finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import Protocol

from edgefill.core.errors import EdgefillError, EngineBusy, EngineUnavailable
from gpu_service.batch.outcomes import Outcome
from gpu_service.engines.engine import Delta, Engine, GenerationRequest

Numbered = tuple[str, GenerationRequest]  # an id of the caller's choice


class Author(Protocol):
    """Whoever writes; errors as in gpu_service/engines/engine.py."""

    @property
    def model(self) -> str:
        """The name of the model."""
        ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters that a request may ask for; known before the start."""
        ...

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together."""
        ...

    def start(self) -> None:
        """Load the model; InputRefused names what cannot be loaded."""
        ...

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has; RequestRefused when it cannot be read."""
        ...

    def write(self, requests: Iterable[Numbered]) -> Iterator[tuple[str, Outcome]]:
        """Each request's outcome, in the order in which they end; EngineUnavailable ends all."""
        ...

    def stop(self) -> None:
        """Give up what is being written and let the model go."""
        ...


class EngineAuthor:
    """Any engine of the service, `at_once` requests in flight."""

    def __init__(self, engine: Engine, *, at_once: int) -> None:
        self._engine = engine
        self._at_once = at_once
        self._runner = asyncio.Runner()
        self.model = engine.model
        self.adapters = engine.adapters

    @property
    def context(self) -> int:
        """The engine's."""
        return self._engine.context

    def start(self) -> None:
        """Start the engine."""
        self._runner.run(self._engine.start())

    def stop(self) -> None:
        """Stop the engine, and the loop that it ran in."""
        self._runner.run(self._engine.stop())
        self._runner.close()

    def count_tokens(self, request: GenerationRequest) -> int:
        """The engine's count."""
        return self._engine.count_tokens(request)

    def write(self, requests: Iterable[Numbered]) -> Iterator[tuple[str, Outcome]]:
        """Each request's outcome."""
        outcomes = self._outcomes(iter(requests))

        async def following() -> tuple[str, Outcome] | None:
            return await anext(outcomes, None)

        try:
            while found := self._runner.run(following()):
                yield found
        finally:
            self._runner.run(outcomes.aclose())

    async def _outcomes(
        self, requests: Iterator[Numbered]
    ) -> AsyncGenerator[tuple[str, Outcome], None]:
        running: set[asyncio.Task[tuple[str, Outcome]]] = set()
        try:
            while True:
                for number, request in islice(requests, self._at_once - len(running)):
                    running.add(asyncio.create_task(self._one(number, request)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _one(self, number: str, request: GenerationRequest) -> tuple[str, Outcome]:
        try:
            async with aclosing(self._engine.generate(request)) as deltas:
                return number, joined([delta async for delta in deltas])
        except (EngineUnavailable, EngineBusy):
            raise
        except EdgefillError as error:
            return number, error


def joined(deltas: list[Delta]) -> Delta:
    """A text's deltas as one."""
    last = deltas[-1]
    return Delta(
        text="".join(delta.text for delta in deltas),
        tokens=sum(delta.tokens for delta in deltas),
        token_ids=tuple(token for delta in deltas for token in delta.token_ids),
        logprobs=tuple(token for delta in deltas for token in delta.logprobs),
        prompt_tokens=last.prompt_tokens,
        cached_tokens=last.cached_tokens,
        finish_reason=last.finish_reason,
    )
