"""OpenAIEngine: any OpenAI-compatible URL, such as OpenAI's, vLLM's server or another GPU service.

request.py makes the request and stream.py parses the answer. A text that breaks its constraint is
an InvalidEngineOutput (output_rules.py), whether or not the server accepted the constraint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
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
from gpu_service.engines.adapter_setting import check_adapter_name
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.openai.failures import (
    EXPECTED_ERRORS,
    RetryPolicy,
    convert_error,
    read_refusal,
)
from gpu_service.engines.openai.models import UNKNOWN_CONTEXT, UpstreamModel, select_upstream_model
from gpu_service.engines.openai.request import (
    Structured,
    choose_path,
    encode_body,
    make_body,
    remove_log_probability,
    remove_token_limit,
)
from gpu_service.engines.openai.stream import parse_stream
from gpu_service.engines.output_rules import ConformanceChecker
from gpu_service.settings import PREFIX

BYTES_PER_TOKEN = 4
JSON, EVENTS = "application/json", "text/event-stream"


class OpenAIEngine:
    """The server at `client`'s base URL; `client` also has the API key and the timeouts."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        name: str = "",
        model: str = "",
        adapters: Mapping[str, str] | None = None,
        structured: Structured = "vllm",
        retry: RetryPolicy | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._configured_model = model
        self._configured_adapters = adapters or {}
        self._structured: Structured = structured
        self._retry = retry or RetryPolicy()
        self._sleep = sleep
        self._upstream: UpstreamModel | None = None

    @property
    def model(self) -> str:
        """The configured name, else the server's own."""
        return self._name or (self._upstream.model if self._upstream else self._configured_model)

    @property
    def adapters(self) -> tuple[str, ...]:
        """The configured ones, and models whose parent is this one (vLLM's LoRA adapters)."""
        return tuple(self._upstream.adapters if self._upstream else self._configured_adapters)

    @property
    def context(self) -> int:
        """From vLLM's model card; UNKNOWN_CONTEXT for other servers."""
        return self._upstream.context if self._upstream else UNKNOWN_CONTEXT

    def count_tokens(self, request: GenerationRequest) -> int:
        """An estimate from the bytes, below the context; the server counts exactly."""
        texts = [request.prompt, *(message.content for message in request.messages)]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        return min(max(size // BYTES_PER_TOKEN, 1), self.context - 1)

    @property
    def ready(self) -> bool:
        """Whether the server has listed its models; later failures belong to single requests."""
        return self._upstream is not None and not self._client.is_closed

    async def start(self) -> None:
        """Fetch the server's models; InputRefused when the configured one is missing."""
        attempt = 0
        try:
            while self._upstream is None:
                try:
                    self._upstream = select_upstream_model(
                        await self._fetch_models(),
                        self._configured_model,
                        self._configured_adapters,
                    )
                except EXPECTED_ERRORS as error:
                    attempt = await self._wait_for_retry(convert_error(error), attempt)
        except EdgefillError as error:
            raise InputRefused(f"{PREFIX}URL: {self._client.base_url}: {error}") from error
        for name in self._configured_adapters:
            check_adapter_name(name, self.model)

    async def stop(self) -> None:
        """Close every connection."""
        self._upstream = None
        await self._client.aclose()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Generate one text; a failed attempt is retried only before the first delta."""
        upstream = self._upstream
        if upstream is None:
            raise EngineUnavailable("the engine was not started")
        checker = await asyncio.to_thread(ConformanceChecker.for_request, request)
        body = make_body(request, upstream.find_model(request.adapter), self._structured)
        attempt = 0
        while True:
            has_begun = False
            try:
                async with aclosing(
                    self._stream_once(choose_path(request), encode_body(body))
                ) as deltas:
                    async for delta in deltas:
                        has_begun = True
                        checker.check(delta)
                        yield delta
                return  # noqa: TRY300 an else would be far from its try
            except EXPECTED_ERRORS as error:
                failure = convert_error(error)
            if has_begun:
                raise failure
            relaxed = remove_token_limit(body, context=upstream.context) or remove_log_probability(
                body, request
            )
            if isinstance(failure, RequestRefused) and relaxed:
                body = relaxed
            else:
                attempt = await self._wait_for_retry(failure, attempt)

    async def _stream_once(self, path: str, body: bytes) -> AsyncGenerator[Delta, None]:
        async with (
            self._open_response("POST", path, EVENTS, content=body) as response,
            aclosing(parse_stream(response.aiter_bytes())) as deltas,
        ):
            async for delta in deltas:
                yield delta

    async def _fetch_models(self) -> bytes:
        async with self._open_response("GET", "models", JSON) as response:
            return await response.aread()

    async def _wait_for_retry(self, failure: EdgefillError, attempt: int) -> int:
        """Wait for the next attempt and return its number; raise `failure` when there is none."""
        if not self._retry.should_retry(failure, attempt):
            raise failure
        await self._sleep(self._retry.delay_s(failure, attempt))
        return attempt + 1

    @asynccontextmanager
    async def _open_response(
        self, method: str, path: str, media: str, **content: Any
    ) -> AsyncGenerator[httpx.Response, None]:
        """A response of media type `media`; an unread one is closed when the block ends."""
        headers = {"Content-Type": JSON, "Accept": media}
        async with self._client.stream(method, path, headers=headers, **content) as response:
            if response.status_code != httpx.codes.OK:
                raise await read_refusal(response)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != media:
                raise InvalidEngineOutput(f"the server answered with {kind[:60]!r}, not {media}")
            yield response
