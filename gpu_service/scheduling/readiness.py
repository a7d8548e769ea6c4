"""Readiness: whether requests may be written now, and why not.

The model is loaded and has written once before anybody is let in; a sleeping, stopping or dead
one takes nobody in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Literal

import structlog

from edgefill.core.errors import EdgefillError, EngineUnavailable
from gpu_service.engines.capabilities import Sleeper
from gpu_service.engines.engine import Engine, GenerationRequest
from gpu_service.engines.startup_progress import Staged
from gpu_service.grammar.grammar import lark
from gpu_service.scheduling.draining import Draining
from gpu_service.settings import PREFIX
from gpu_service.wire.template_spec import Shape

log = structlog.get_logger()
WARM_UP = GenerationRequest(
    prompt="Hello", grammar=lark(Shape(format="text", slots=())), max_tokens=8, temperature=0
)
WATCH_S = 1.0
State = Literal["starting", "open", "asleep"]
WHY: dict[str, tuple[str, int]] = {  # why nobody is let in, and when to ask again, in seconds
    "starting": ("the model is not ready; ask /ready", 1),
    "open": ("the engine died", 10),
    "asleep": ("the model sleeps; POST /wake", 10),
    "stopping": ("the service is stopping", 10),
}


class Readiness:
    """Starts `engine` and watches it; `failed` is told once when it cannot start or has died."""

    def __init__(
        self,
        engine: Engine,
        failed: Callable[[str], None],
        draining: Draining,
        *,
        watch_s: float = WATCH_S,
    ) -> None:
        self._engine = engine
        self._failed = failed
        self._draining = draining
        self._watch_s = watch_s
        self._state: State = "starting"
        self._life: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether requests can be written now."""
        return self._state == "open" and self._engine.ready and not self._draining.begun

    @property
    def asleep(self) -> bool:
        """Whether the engine was put to sleep."""
        return self._state == "asleep"

    def check(self) -> None:
        """EngineUnavailable, with the reason, when no request can be written now."""
        if not self.ready:
            reason, retry_after = WHY["stopping" if self._draining.begun else self._state]
            raise EngineUnavailable(reason + self._stage(), retry_after=retry_after)

    def _stage(self) -> str:
        """What the start is at, where the engine tells."""
        stages = self._engine.stages if isinstance(self._engine, Staged) else None
        return f" (now {stages.now})" if stages and stages.now else ""

    def begin(self) -> None:
        """Start the engine in the background, so that /health answers meanwhile."""
        self._life = asyncio.create_task(self._live())

    async def end(self) -> None:
        """Stop the engine."""
        self._draining.begin()
        if self._life:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
        await self._engine.stop()

    async def sleep(self, sleeper: Sleeper, level: int) -> None:
        """Take nobody in and put the engine to sleep."""
        self._state = "asleep"
        await sleeper.sleep(level)

    async def wake(self, sleeper: Sleeper) -> None:
        """Wake the engine and let requests in again, after a warm-up."""
        await sleeper.wake()
        await self._warm_up()
        self._open(after="asleep")

    def _open(self, *, after: State) -> None:
        if self._state == after:
            self._state = "open"

    async def _live(self) -> None:
        began = time.monotonic()
        try:
            await self._engine.start()
            await self._warm_up()
        except EdgefillError as error:
            named = "" if str(error).startswith(PREFIX) else f"{PREFIX}MODEL: "
            return self._failed(f"{named}{error}")
        except Exception as error:  # a library's own: the service must not wait for ever
            return self._failed(f"the engine cannot start: {type(error).__name__}: {error}")
        self._open(after="starting")
        log.info("ready", model=self._engine.model, seconds=round(time.monotonic() - began, 3))
        while self._state != "open" or self._engine.ready:
            await asyncio.sleep(self._watch_s)
        return self._failed("the engine died; start the service again")

    async def _warm_up(self) -> None:
        async for _ in self._engine.generate(WARM_UP):
            pass
