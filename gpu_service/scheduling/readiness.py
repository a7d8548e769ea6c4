"""Start the engine, watch it, and refuse requests while it cannot generate.

No request is admitted before the model is loaded and has generated a first text, nor while the
engine sleeps, stops or is dead.
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
from gpu_service.engines.startup_progress import StartupReporter
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from gpu_service.scheduling.draining import DrainTracker
from gpu_service.settings import PREFIX

log = structlog.get_logger()
WARM_UP = GenerationRequest(
    prompt="Hello",
    grammar=build_grammar(TemplateSpec(format="text", slots=())),
    max_tokens=8,
    temperature=0,
)
WATCH_S = 1.0
State = Literal["starting", "open", "asleep"]
REASONS: dict[str, tuple[str, int]] = {  # why requests are refused, and Retry-After in seconds
    "starting": ("the model is not ready; ask /ready", 1),
    "open": ("the engine died", 10),
    "asleep": ("the model sleeps; POST /wake", 10),
    "stopping": ("the service is stopping", 10),
}


class Readiness:
    """Starts and watches `engine`; calls `on_failure` once when it cannot start or has died."""

    def __init__(
        self,
        engine: Engine,
        on_failure: Callable[[str], None],
        draining: DrainTracker,
        *,
        watch_s: float = WATCH_S,
        setting: str = "MODEL",
    ) -> None:
        self._engine = engine
        self._on_failure = on_failure
        self._draining = draining
        self._watch_s = watch_s
        # the setting that an engine's refusal to start is about
        self._setting = setting
        self._state: State = "starting"
        self._task: asyncio.Task[None] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served now."""
        return self._state == "open" and self._engine.ready and not self._draining.is_draining

    @property
    def is_asleep(self) -> bool:
        """Whether the engine was put to sleep."""
        return self._state == "asleep"

    def check(self) -> None:
        """EngineUnavailable, with the reason, when no request can be served now."""
        if not self.is_ready:
            reason, retry_after = REASONS["stopping" if self._draining.is_draining else self._state]
            raise EngineUnavailable(reason + self._describe_stage(), retry_after=retry_after)

    def start(self) -> None:
        """Start the engine in the background, so that /health answers meanwhile."""
        self._task = asyncio.create_task(self._start_and_watch())

    async def stop(self) -> None:
        """Refuse new requests and stop the engine."""
        self._draining.start()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._engine.stop()

    async def sleep(self, sleeper: Sleeper, level: int) -> None:
        """Refuse new requests and put the engine to sleep."""
        self._state = "asleep"
        await sleeper.sleep(level)

    async def wake(self, sleeper: Sleeper) -> None:
        """Wake the engine, warm it up and admit requests again."""
        await sleeper.wake()
        await self._warm_up()
        self._open_after("asleep")

    def _describe_stage(self) -> str:
        """The stage that the start has reached, where the engine reports it."""
        stages = self._engine.stages if isinstance(self._engine, StartupReporter) else None
        return f" (now {stages.current})" if stages and stages.current else ""

    def _open_after(self, state: State) -> None:
        if self._state == state:
            self._state = "open"

    async def _start_and_watch(self) -> None:
        began = time.monotonic()
        try:
            await self._engine.start()
            await self._warm_up()
        except EdgefillError as error:
            prefix = "" if str(error).startswith(PREFIX) else f"{PREFIX}{self._setting}: "
            return self._on_failure(f"{prefix}{error}")
        except Exception as error:  # any library's: the service must not wait for ever
            return self._on_failure(f"the engine cannot start: {type(error).__name__}: {error}")
        self._open_after("starting")
        log.info("ready", model=self._engine.model, seconds=round(time.monotonic() - began, 3))
        while self._state != "open" or self._engine.ready:
            await asyncio.sleep(self._watch_s)
        return self._on_failure("the engine died; start the service again")

    async def _warm_up(self) -> None:
        async for _ in self._engine.generate(WARM_UP):
            pass
