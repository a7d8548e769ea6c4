"""The Protocol of an engine for batches, and an adapter that makes one of any engine.

An offline engine generates many requests at a time and returns each when it is finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import Protocol

from edgefill.core.errors import EdgefillError, EngineBusy, EngineUnavailable
from gpu_service.engines.engine import Delta, Engine, GenerationRequest, ModelNames

NumberedRequest = tuple[str, GenerationRequest]  # the caller chooses the id
Outcome = Delta | EdgefillError  # the whole text in one delta, or why it failed


class OfflineEngine(ModelNames, Protocol):
    """A model that generates batches; its adapters' names are known before the start.

    Errors as in gpu_service/engines/engine.py.
    """

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together."""
        ...

    def start(self) -> None:
        """Load the model; InputRefused names what cannot be loaded."""
        ...

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the prompt has; RequestRefused when it cannot be encoded."""
        ...

    def generate_all(self, requests: Iterable[NumberedRequest]) -> Iterator[tuple[str, Outcome]]:
        """(id, outcome) of each request, in the order in which they finish.

        EngineUnavailable ends the batch.
        """
        ...

    def stop(self) -> None:
        """Stop every generation and unload the model."""
        ...


class OfflineEngineAdapter:
    """Runs any engine of the service offline, with `at_once` requests at a time."""

    def __init__(self, engine: Engine, *, at_once: int) -> None:
        self._engine = engine
        self._at_once = at_once
        self._runner = asyncio.Runner()
        self.model = engine.model
        self.adapters = engine.adapters

    @property
    def context(self) -> int:
        """The engine's context."""
        return self._engine.context

    def start(self) -> None:
        """Start the engine."""
        self._runner.run(self._engine.start())

    def stop(self) -> None:
        """Stop the engine and its event loop."""
        self._runner.run(self._engine.stop())
        self._runner.close()

    def count_tokens(self, request: GenerationRequest) -> int:
        """The engine's count."""
        return self._engine.count_tokens(request)

    def generate_all(self, requests: Iterable[NumberedRequest]) -> Iterator[tuple[str, Outcome]]:
        """See OfflineEngine."""
        outcomes = self._generate_concurrently(iter(requests))

        async def get_next() -> tuple[str, Outcome] | None:
            return await anext(outcomes, None)

        try:
            while numbered := self._runner.run(get_next()):
                yield numbered
        finally:
            self._runner.run(outcomes.aclose())

    async def _generate_concurrently(
        self, requests: Iterator[NumberedRequest]
    ) -> AsyncGenerator[tuple[str, Outcome], None]:
        running: set[asyncio.Task[tuple[str, Outcome]]] = set()
        try:
            while True:
                for number, request in islice(requests, self._at_once - len(running)):
                    running.add(asyncio.create_task(self._generate_one(number, request)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _generate_one(self, number: str, request: GenerationRequest) -> tuple[str, Outcome]:
        try:
            async with aclosing(self._engine.generate(request)) as deltas:
                return number, join_deltas([delta async for delta in deltas])
        except (EngineUnavailable, EngineBusy):
            raise
        except EdgefillError as error:
            return number, error


def join_deltas(deltas: list[Delta]) -> Delta:
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
