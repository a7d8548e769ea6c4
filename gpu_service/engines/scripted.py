"""ScriptedEngine: the in-memory twin of an engine, for tests; it generates what a script says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from gpu_service.engines.engine import Delta, FinishReason, GenerationRequest, TokenLogprob

Script = Callable[[GenerationRequest], Sequence[str | Exception]]


class ScriptedEngine:
    """Generates the pieces that `script` returns for a request; it raises an exception among them.

    `pause_s` passes before every piece; `logprob` is the log probability of each, or unknown.
    `running` counts the generations that run, `abandoned` those that ended early; `requests` holds
    all of them.
    """

    model = "scripted"
    context = 4096
    prompt_tokens = 7  # the same number for every prompt

    def __init__(
        self,
        script: Script = lambda _request: ("Hello.",),
        *,
        pause_s: float = 0.0,
        finish_reason: FinishReason = "stop",
        start_error: Exception | None = None,
        adapters: tuple[str, ...] = (),
        logprob: float | None = None,
    ) -> None:
        self.adapters = adapters
        self._logprob = logprob
        self._script = script
        self._pause_s = pause_s
        self._finish_reason = finish_reason
        self._start_error = start_error
        self.ready = False
        self.requests: list[GenerationRequest] = []
        self.running = 0
        self.abandoned = 0

    def count_tokens(self, _request: GenerationRequest) -> int:
        """`prompt_tokens` for every prompt."""
        return self.prompt_tokens

    async def start(self) -> None:
        """Become ready, or raise `start_error`."""
        if self._start_error:
            raise self._start_error
        self.ready = True

    async def stop(self) -> None:
        """Stop being ready."""
        self.ready = False

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """The script's pieces, one token each."""
        self.requests.append(request)
        self.running += 1
        finished = False
        try:
            for piece in self._script(request):
                await asyncio.sleep(self._pause_s)
                if isinstance(piece, Exception):
                    raise piece
                yield Delta(text=piece, logprobs=self._make_logprobs(request, piece))
            finished = True
            yield self._make_last_delta()
        finally:
            self.running -= 1
            self.abandoned += not finished

    def _make_logprobs(self, request: GenerationRequest, piece: str) -> tuple[TokenLogprob, ...]:
        if self._logprob is None or request.wanted_logprobs is None:
            return ()
        return (TokenLogprob(token=piece, logprob=self._logprob),)

    def _make_last_delta(self) -> Delta:
        return Delta(
            text="", tokens=0, prompt_tokens=self.prompt_tokens, finish_reason=self._finish_reason
        )
