"""ScriptedEngine: the in-memory twin of an engine; it writes what it is told, or fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from gpu_service.engines.engine import Delta, FinishReason, GenerationRequest

Script = Callable[[GenerationRequest], Sequence[str | Exception]]


class ScriptedEngine:
    """Writes the pieces that `script` gives for a request; an exception among them is raised.

    `pause_s` passes before every piece. `running`, `started` and `abandoned` count generations.
    """

    model = "scripted"
    adapters: tuple[str, ...] = ()
    context = 4096
    prompt_tokens = 7  # of every prompt

    def __init__(
        self,
        script: Script = lambda _request: ("Hello.",),
        *,
        pause_s: float = 0.0,
        finish_reason: FinishReason = "stop",
        start_error: Exception | None = None,
    ) -> None:
        self._script = script
        self._pause_s = pause_s
        self._finish_reason = finish_reason
        self._start_error = start_error
        self.ready = False
        self.requests: list[GenerationRequest] = []
        self.running = 0
        self.abandoned = 0

    def count_tokens(self, _request: GenerationRequest) -> int:
        """As many for every prompt."""
        return self.prompt_tokens

    async def start(self) -> None:
        """Be ready, or fail as told."""
        if self._start_error:
            raise self._start_error
        self.ready = True

    async def stop(self) -> None:
        """Be no longer ready."""
        self.ready = False

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """The script's pieces, one token each."""
        self.requests.append(request)
        self.running += 1
        ended = False
        try:
            for piece in self._script(request):
                await asyncio.sleep(self._pause_s)
                if isinstance(piece, Exception):
                    raise piece
                yield Delta(text=piece)
            ended = True
            yield self._last()
        finally:
            self.running -= 1
            self.abandoned += not ended

    def _last(self) -> Delta:
        return Delta(
            text="", tokens=0, prompt_tokens=self.prompt_tokens, finish_reason=self._finish_reason
        )
