"""Generate one text: constraint, admission, engine, deadline, and what is recorded of it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

import structlog

from edgefill.core.errors import EdgefillError
from gpu_service.engines.engine import (
    Delta,
    Engine,
    FinishReason,
    GenerationRequest,
    Lane,
    TokenLogprob,
)
from gpu_service.engines.output_rules import select_constraint
from gpu_service.engines.token_budget import max_new_tokens
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.deadline import stop_at_deadline
from gpu_service.scheduling.fair_queue import AdmissionRequest

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedChunk:
    """A delta of the engine with the request's totals so far; seconds count from its arrival."""

    text: str
    completion_tokens: int
    prompt_tokens: int
    finish_reason: FinishReason | None
    queue_s: float
    elapsed_s: float
    cached_tokens: int = 0
    token_ids: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()


class GenerationObserver(Protocol):
    """Records how requests fare (gpu_service/metrics.py)."""

    def record_refusal(self, reason: str, tokens: int) -> None:
        """A request of `tokens` was refused or failed; `reason` is the error's class."""
        ...

    def record_cancellation(self) -> None:
        """The client disconnected before its text ended."""
        ...

    def record_queue_wait(self, seconds: float) -> None:
        """A request was admitted after `seconds`."""
        ...

    def record_first_token(self, seconds: float) -> None:
        """A request's first token came after `seconds`."""
        ...

    def record_finish(self, lane: Lane, last: GeneratedChunk, first_s: float) -> None:
        """A text ended with chunk `last`; its first token came after `first_s` seconds."""
        ...


class ConstraintChecker(Protocol):
    """Tries out constraints before an engine compiles them (gpu_service/grammar/compilation.py)."""

    async def compile(self, kind: str, text: str, *, deadline_s: float | None = None) -> None:
        """Return when the constraint compiles; RequestRefused, EngineTimeout when it does not."""
        ...


class GenerationService:
    """Generates texts on an engine, for as many requests at a time as `admission` lets in.

    `constraints` must accept a request's constraint before the engine sees it. `check` raises
    EngineUnavailable while the engine cannot generate. `on_finished` receives the last chunk of
    each finished text and the seconds to its first token.
    """

    def __init__(
        self,
        engine: Engine,
        admission: AdmissionController,
        observer: GenerationObserver,
        *,
        constraints: ConstraintChecker | None = None,
        check: Callable[[], None] = lambda: None,
        on_finished: Callable[[GeneratedChunk, float], None] = lambda _last, _first_s: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._admission = admission
        self._observer = observer
        self._constraints = constraints
        self._check = check
        self._on_finished = on_finished
        self._clock = clock

    async def generate(
        self,
        request: GenerationRequest,
        *,
        deadline_s: float | None = None,
        caller: str = "",
        clip: bool = True,
    ) -> AsyncGenerator[GeneratedChunk, None]:
        """The text in chunks; GenerationError, RequestRefused or InputRefused when it fails.

        `clip`: a text longer than the context has room for is cut, not refused.
        Closing the iterator, or cancelling its awaiting task, stops the engine within a token.
        """
        finished, admission_request = False, None
        try:
            self._check()
            deadline_s = await self._compile_constraint(request, deadline_s)
            admission_request = self._make_admission_request(request, deadline_s, caller, clip=clip)
            async with aclosing(self._generate_admitted(request, admission_request)) as chunks:
                async for chunk in chunks:
                    finished = finished or chunk.finish_reason is not None
                    yield chunk
        except EdgefillError as error:
            tokens = admission_request.tokens if admission_request else 0
            self._observer.record_refusal(type(error).__name__, tokens)
            finished = True
            raise
        finally:
            if not finished:
                self._observer.record_cancellation()

    async def _compile_constraint(
        self, request: GenerationRequest, deadline_s: float | None
    ) -> float | None:
        """The seconds that remain of `deadline_s` once the request's constraint has compiled."""
        constraint = select_constraint(request)
        if constraint is None or self._constraints is None:
            return deadline_s
        began = self._clock()
        await self._constraints.compile(*constraint, deadline_s=deadline_s)
        return None if deadline_s is None else deadline_s - (self._clock() - began)

    def _make_admission_request(
        self, request: GenerationRequest, deadline_s: float | None, caller: str, *, clip: bool
    ) -> AdmissionRequest:
        prompt = self._engine.count_tokens(request)
        longest = max_new_tokens(request, prompt, self._engine.context, clip=clip)
        return AdmissionRequest(
            lane=request.lane,
            caller=caller,
            tokens=prompt + longest,
            max_new_tokens=longest,
            deadline_s=deadline_s,
        )

    async def _generate_admitted(
        self, request: GenerationRequest, admission_request: AdmissionRequest
    ) -> AsyncGenerator[GeneratedChunk, None]:
        arrived, deadline_s = self._clock(), admission_request.deadline_s
        async with self._admission.acquire_place(admission_request) as count_tokens:
            queue_s = self._clock() - arrived
            self._observer.record_queue_wait(queue_s)
            tokens, first_s = 0, 0.0
            async with aclosing(self._engine.generate(request)) as deltas:
                async for delta in stop_at_deadline(deltas, arrived, deadline_s, self._clock):
                    elapsed_s = self._clock() - arrived
                    if not tokens:
                        first_s = elapsed_s
                        self._observer.record_first_token(elapsed_s)
                    count_tokens(delta.tokens)
                    tokens += delta.tokens
                    chunk = _make_chunk(delta, tokens, queue_s, elapsed_s)
                    if chunk.finish_reason:
                        self._record_finish(request, chunk, first_s)
                    yield chunk

    def _record_finish(
        self, request: GenerationRequest, last: GeneratedChunk, first_s: float
    ) -> None:
        self._observer.record_finish(request.lane, last, first_s)
        self._on_finished(last, first_s)
        log.info(
            "generated", lane=request.lane, finish_reason=last.finish_reason,
            prompt_tokens=last.prompt_tokens, completion_tokens=last.completion_tokens,
            cached_tokens=last.cached_tokens, queue_s=round(last.queue_s, 4),
            first_token_s=round(first_s, 4), total_s=round(last.elapsed_s, 4),
        )  # fmt: skip


def _make_chunk(delta: Delta, tokens: int, queue_s: float, elapsed_s: float) -> GeneratedChunk:
    return GeneratedChunk(
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
