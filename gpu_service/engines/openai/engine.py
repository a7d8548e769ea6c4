"""OpenAIEngine: any OpenAI-compatible URL: OpenAI itself, vLLM's server, another of this service.

What it sends is in openai_request.py, what comes back is read in openai_stream.py, and a text that
leaves its constraint is InvalidEngineOutput (conformance.py), whether or not the server took it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx

from edgefill.core.errors import (
    EdgefillError,
    EngineUnavailable,
    InputRefused,
    InvalidEngineOutput,
    RequestRefused,
)
from gpu_service.engines.conformance import Conformance
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.openai.failures import RAISED, Retry, failure_of, refusal_of
from gpu_service.engines.openai.models import UNKNOWN_CONTEXT, Upstream, upstream_of
from gpu_service.engines.openai.request import Structured, body_of, encoded, path_of, unbounded
from gpu_service.engines.openai.stream import deltas_of
from gpu_service.settings import PREFIX

BYTES_PER_TOKEN = 4
JSON, EVENTS = "application/json", "text/event-stream"


class OpenAIEngine:
    """The server that `client` has as its base URL; `client` holds its key and its timeouts."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        name: str = "",
        model: str = "",
        structured: Structured = "vllm",
        retry: Retry | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._wanted = model
        self._structured: Structured = structured
        self._retry = retry or Retry()
        self._sleep = sleep
        self._upstream: Upstream | None = None

    @property
    def model(self) -> str:
        """The name that answers give; the server's own until another is set."""
        return self._name or (self._upstream.model if self._upstream else self._wanted)

    @property
    def adapters(self) -> tuple[str, ...]:
        """The models that the server lists as made from this one (vLLM's LoRA adapters)."""
        return self._upstream.adapters if self._upstream else ()

    @property
    def context(self) -> int:
        """As vLLM's model cards tell it; UNKNOWN_CONTEXT elsewhere."""
        return self._upstream.context if self._upstream else UNKNOWN_CONTEXT

    def count_tokens(self, request: GenerationRequest) -> int:
        """An estimate from the bytes, never beyond the context: the server counts for itself."""
        texts = [request.prompt, *(message.content for message in request.messages)]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        return min(max(size // BYTES_PER_TOKEN, 1), self.context - 1)

    @property
    def ready(self) -> bool:
        """Whether the server has answered once; later its failures are its requests'."""
        return self._upstream is not None and not self._client.is_closed

    async def start(self) -> None:
        """Ask the server for its models; InputRefused when it has not the one that is wanted."""
        attempt = 0
        try:
            while self._upstream is None:
                try:
                    self._upstream = upstream_of(await self._models(), self._wanted)
                except RAISED as error:
                    attempt = await self._wait(failure_of(error), attempt)
        except EdgefillError as error:
            raise InputRefused(f"{PREFIX}URL: {self._client.base_url}: {error}") from error

    async def stop(self) -> None:
        """Close every connection."""
        self._upstream = None
        await self._client.aclose()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Write one text; asked again only as long as nothing of it has come."""
        upstream = self._upstream
        if upstream is None:
            raise EngineUnavailable("the engine was not started")
        check = Conformance.of(request)
        body = body_of(request, upstream.model, self._structured)
        attempt = 0
        while True:
            begun = False
            try:
                async with aclosing(self._once(path_of(request), encoded(body))) as deltas:
                    async for delta in deltas:
                        begun = True
                        check.take(delta)
                        yield delta
                return  # noqa: TRY300 an else would stand far from its try
            except RAISED as error:
                failure = failure_of(error)
            if begun:
                raise failure
            longer = unbounded(body, context=upstream.context)
            if isinstance(failure, RequestRefused) and longer:
                body = longer
            else:
                attempt = await self._wait(failure, attempt)

    async def _once(self, path: str, body: bytes) -> AsyncGenerator[Delta, None]:
        async with (
            self._opened("POST", path, EVENTS, content=body) as response,
            aclosing(deltas_of(response.aiter_lines())) as deltas,
        ):
            async for delta in deltas:
                yield delta

    async def _models(self) -> bytes:
        async with self._opened("GET", "models", JSON) as response:
            return await response.aread()

    async def _wait(self, failure: EdgefillError, attempt: int) -> int:
        """The next attempt's number, once it is time for it; `failure` when there is none."""
        if not self._retry.helps(failure, attempt):
            raise failure
        await self._sleep(self._retry.delay_s(failure, attempt))
        return attempt + 1

    @asynccontextmanager
    async def _opened(
        self, method: str, path: str, media: str, **content: Any
    ) -> AsyncGenerator[httpx.Response, None]:
        """A response of `media`; leaving the block closes its connection when it is unread."""
        sent = {"Content-Type": JSON, "Accept": media}
        async with self._client.stream(method, path, headers=sent, **content) as response:
            if response.status_code != httpx.codes.OK:
                raise await refusal_of(response)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != media:
                raise InvalidEngineOutput(f"the server answered with {kind[:60]!r}, not {media}")
            yield response
