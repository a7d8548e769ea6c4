"""Readiness: the model is loaded and has written once before anybody is let in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from gpu_service.engine import Engine, GenerationRequest
from gpu_service.grammar import lark
from gpu_service.shape import Shape
from lambdas.core.errors import EdgefillError

log = structlog.get_logger()
WARM_UP = GenerationRequest(
    prompt="Hello", grammar=lark(Shape(format="text", slots=())), max_tokens=8, temperature=0
)


class Readiness:
    """Starts `engine`; `failed` is told once when it cannot start."""

    def __init__(self, engine: Engine, failed: Callable[[str], None]) -> None:
        self._engine = engine
        self._failed = failed
        self._warm = False
        self._starting: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether requests can be written now."""
        return self._warm and self._engine.ready

    def begin(self) -> None:
        """Start the engine in the background, so that /health answers meanwhile."""
        self._starting = asyncio.create_task(self._start())

    async def end(self) -> None:
        """Stop the engine."""
        self._warm = False
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._engine.stop()

    async def _start(self) -> None:
        began = time.monotonic()
        try:
            await self._engine.start()
            async for _ in self._engine.generate(WARM_UP):
                pass
        except EdgefillError as error:
            self._failed(str(error))
            return
        self._warm = True
        log.info("ready", model=self._engine.model, seconds=round(time.monotonic() - began, 3))
