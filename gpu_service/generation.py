"""Generation: one request's way through admission and the engine, counted and timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from gpu_service.admission import Admission
from gpu_service.engine import Delta, Engine, FinishReason, GenerationRequest
from gpu_service.metrics import Metrics
from lambdas.core.errors import EdgefillError, EngineTimeout, EngineUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A delta, and how far the request has come; seconds count from its arrival."""

    text: str
    completion_tokens: int
    prompt_tokens: int
    finish_reason: FinishReason | None
    queue_s: float
    elapsed_s: float


class Writer:
    """Writes texts on an engine for as many requests as admission lets in."""

    def __init__(
        self,
        engine: Engine,
        admission: Admission,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._admission = admission
        self._metrics = metrics
        self._clock = clock

    async def write(
        self, request: GenerationRequest, *, deadline_s: float | None = None
    ) -> AsyncGenerator[Step, None]:
        """The text's steps; GenerationError, RequestRefused or InputRefused when there is none.

        Closing the iterator, or cancelling who awaits it, stops the engine within a token.
        """
        ended = False
        try:
            async with aclosing(self._steps(request, deadline_s)) as steps:
                async for step in steps:
                    ended = ended or step.finish_reason is not None
                    yield step
        except EdgefillError as error:
            self._metrics.refused.labels(type(error).__name__).inc()
            ended = True
            raise
        finally:
            self._metrics.cancelled.inc(not ended)

    async def _steps(
        self, request: GenerationRequest, deadline_s: float | None
    ) -> AsyncGenerator[Step, None]:
        arrived = self._clock()
        if not self._engine.ready:
            raise EngineUnavailable("the model is not ready; ask /ready")
        async with self._admission.place(request.lane, deadline_s=deadline_s):
            queue_s = self._clock() - arrived
            self._metrics.queue_s.observe(queue_s)
            tokens = 0
            async with aclosing(self._engine.generate(request)) as deltas:
                async for delta in _before(deltas, arrived, deadline_s, self._clock):
                    step = Step(
                        text=delta.text,
                        completion_tokens=(tokens := tokens + delta.tokens),
                        prompt_tokens=delta.prompt_tokens,
                        finish_reason=delta.finish_reason,
                        queue_s=queue_s,
                        elapsed_s=self._clock() - arrived,
                    )
                    self._count(request, step, first=tokens == delta.tokens)
                    yield step

    def _count(self, request: GenerationRequest, step: Step, *, first: bool) -> None:
        if first:
            self._metrics.first_token_s.observe(step.elapsed_s)
        if step.finish_reason:
            self._metrics.finished.labels(request.lane, step.finish_reason).inc()
            self._metrics.generation_s.observe(step.elapsed_s)
            self._metrics.tokens.labels("prompt").inc(step.prompt_tokens)
            self._metrics.tokens.labels("completion").inc(step.completion_tokens)


async def _before(
    deltas: AsyncGenerator[Delta, None],
    arrived: float,
    deadline_s: float | None,
    clock: Callable[[], float],
) -> AsyncGenerator[Delta, None]:
    """`deltas` until the deadline; then EngineTimeout."""
    while True:
        left = None if deadline_s is None else max(arrived + deadline_s - clock(), 0)
        try:
            async with asyncio.timeout(left):
                delta = await anext(deltas)
        except TimeoutError:
            raise EngineTimeout(f"no whole text within {deadline_s:.1f} s") from None
        except StopAsyncIteration:
            raise EngineUnavailable("the engine ended without a finish reason") from None
        yield delta
        if delta.finish_reason:
            return
