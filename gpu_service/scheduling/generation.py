"""Generation: one request's way through admission and the engine, counted and timed."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from edgefill.core.errors import EdgefillError
from gpu_service.engines.engine import Delta, Engine, FinishReason, GenerationRequest, TokenLogprob
from gpu_service.engines.lengths import longest_text
from gpu_service.http.deadline import before
from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import Admission
from gpu_service.scheduling.fair_queue import Demand

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A delta, and how far the request has come; seconds count from its arrival."""

    text: str
    completion_tokens: int
    prompt_tokens: int
    finish_reason: FinishReason | None
    queue_s: float
    elapsed_s: float
    cached_tokens: int = 0
    token_ids: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()


class Writer:
    """Writes texts on an engine for as many requests as admission lets in.

    `check` raises EngineUnavailable while nothing may be written; `traced` hears of each finished
    text and of the seconds to its first token.
    """

    def __init__(
        self,
        engine: Engine,
        admission: Admission,
        metrics: Metrics,
        *,
        check: Callable[[], None] = lambda: None,
        traced: Callable[[Step, float], None] = lambda _last, _first_s: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._admission = admission
        self._metrics = metrics
        self._check = check
        self._traced = traced
        self._clock = clock

    async def write(
        self,
        request: GenerationRequest,
        *,
        deadline_s: float | None = None,
        caller: str = "",
        clip: bool = True,
    ) -> AsyncGenerator[Step, None]:
        """The text's steps; GenerationError, RequestRefused or InputRefused when there is none.

        `clip`: a text longer than the context leaves room for is cut, not refused.
        Closing the iterator, or cancelling who awaits it, stops the engine within a token.
        """
        ended, demand = False, None
        try:
            self._check()
            demand = self._demand(request, deadline_s, caller, clip=clip)
            async with aclosing(self._steps(request, demand)) as steps:
                async for step in steps:
                    ended = ended or step.finish_reason is not None
                    yield step
        except EdgefillError as error:
            self._metrics.refuse(type(error).__name__, demand.tokens if demand else 0)
            ended = True
            raise
        finally:
            self._metrics.cancelled.inc(not ended)

    def _demand(
        self, request: GenerationRequest, deadline_s: float | None, caller: str, *, clip: bool
    ) -> Demand:
        prompt = self._engine.count_tokens(request)
        longest = longest_text(request, prompt, self._engine.context, clip=clip)
        return Demand(
            lane=request.lane,
            caller=caller,
            tokens=prompt + longest,
            longest=longest,
            deadline_s=deadline_s,
        )

    async def _steps(
        self, request: GenerationRequest, demand: Demand
    ) -> AsyncGenerator[Step, None]:
        arrived, deadline_s = self._clock(), demand.deadline_s
        async with self._admission.place(demand) as wrote:
            queue_s = self._clock() - arrived
            self._metrics.queue_s.observe(queue_s)
            tokens, first_s = 0, 0.0
            async with aclosing(self._engine.generate(request)) as deltas:
                async for delta in before(deltas, arrived, deadline_s, self._clock):
                    elapsed_s = self._clock() - arrived
                    if not tokens:
                        first_s = elapsed_s
                        self._metrics.first_token_s.observe(elapsed_s)
                    wrote(delta.tokens)
                    step = _step(delta, tokens := tokens + delta.tokens, queue_s, elapsed_s)
                    if step.finish_reason:
                        self._finish(request, step, first_s)
                    yield step

    def _finish(self, request: GenerationRequest, last: Step, first_s: float) -> None:
        self._metrics.finish(request.lane, last, first_s)
        self._traced(last, first_s)
        log.info(
            "written", lane=request.lane, finish_reason=last.finish_reason,
            prompt_tokens=last.prompt_tokens, completion_tokens=last.completion_tokens,
            cached_tokens=last.cached_tokens, queue_s=round(last.queue_s, 4),
            first_token_s=round(first_s, 4), total_s=round(last.elapsed_s, 4),
        )  # fmt: skip


def _step(delta: Delta, tokens: int, queue_s: float, elapsed_s: float) -> Step:
    return Step(
        text=delta.text,
        completion_tokens=tokens,
        prompt_tokens=delta.prompt_tokens,
        finish_reason=delta.finish_reason,
        queue_s=queue_s,
        elapsed_s=elapsed_s,
        cached_tokens=delta.cached_tokens,
        token_ids=delta.token_ids,
        logprobs=delta.logprobs,
    )
