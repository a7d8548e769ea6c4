"""A scripted OpenAI-compatible server behind httpx, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import httpx

from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.openai.engine import OpenAIEngine
from gpu_service.engines.openai.failures import RetryPolicy

Answer = Callable[[httpx.Request], httpx.Response]
CARDS = {"data": [{"id": "m", "max_model_len": 64}, {"id": "lora", "parent": "m"}, {"id": "x"}]}
EVENTS = {"Content-Type": "text/event-stream"}
REQUEST = GenerationRequest(prompt="Hello")
HELLO = ("Hel", "lo")


class ScriptedStream(httpx.AsyncByteStream):
    """A body that arrives in pieces and may break; it records whether it was closed."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = list(pieces)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def event(data: Any) -> bytes:
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def chunk(text: str, reason: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason, **more}
    return event({"choices": [choice]})


def usage(prompt: int, completion: int, cached: int = 0) -> bytes:
    fields = {"prompt_tokens": prompt, "completion_tokens": completion,
            "prompt_tokens_details": {"cached_tokens": cached}}  # fmt: skip
    return event({"choices": [], "usage": fields})


def whole(*texts: str, reason: str = "stop") -> list[bytes]:
    return [*map(chunk, texts), chunk("", reason), usage(5, 9, 4), event("[DONE]")]


def streams(*pieces: bytes | Exception, **headers: str) -> Answer:
    return lambda _: httpx.Response(200, headers=EVENTS | headers, stream=ScriptedStream(pieces))


def says(status: int, body: Any = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: httpx.Response(status, headers=headers, content=content)


class ScriptedServer:
    """Answers each POST with the next of `answers`, and repeats the last one."""

    def __init__(self, *answers: Answer, cards: Any = CARDS, late: Sequence[Answer] = ()) -> None:
        self._answers = list(answers)
        self._cards = cards
        self._late = list(late)  # answers to GET before it lists its models
        self.requests: list[dict[str, Any]] = []
        self.delays: list[float] = []

    def engine(self, **options: Any) -> OpenAIEngine:
        async def sleep(seconds: float) -> None:
            self.delays.append(seconds)

        client = httpx.AsyncClient(
            transport=httpx.MockTransport(self._answer), base_url="http://server/v1"
        )
        retry = RetryPolicy(attempts=3, base_s=1, random=lambda: 1.0)
        return OpenAIEngine(client, retry=retry, sleep=sleep, **options)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            if self._late:
                return self._late.pop(0)(request)
            return httpx.Response(200, json=self._cards)
        self.requests.append({"path": request.url.path, **json.loads(request.content)})
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer(request)


def generate(
    server: ScriptedServer, request: GenerationRequest = REQUEST, **options: Any
) -> list[Delta]:
    """The deltas of one text."""

    async def run() -> list[Delta]:
        engine = server.engine(**options)
        await engine.start()
        try:
            return [delta async for delta in engine.generate(request)]
        finally:
            await engine.stop()

    return asyncio.run(run())
