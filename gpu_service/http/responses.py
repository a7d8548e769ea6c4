"""Send a text to the client, whole or as a stream of events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from edgefill.core.errors import EdgefillError
from gpu_service.http.streaming import (
    ClientDisconnected,
    EventStreamResponse,
    run_while_connected,
    stream_events,
)
from gpu_service.scheduling.generation import GeneratedChunk

CLIENT_CLOSED_REQUEST = 499  # nginx's status for the log; the client is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTimeouts:
    """How long a client may take to read its answer, and how long it may stop reading."""

    total_s: float
    stall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFormatter:
    """How one route formats a text: its whole answer, the events of a chunk, an error event."""

    to_response: Callable[[list[GeneratedChunk]], dict[str, Any]]
    to_events: Callable[[GeneratedChunk], Sequence[str]]
    to_error: Callable[[EdgefillError], str]


async def reply(
    request: Request,
    chunks: AsyncGenerator[GeneratedChunk, None],
    formatter: ResponseFormatter,
    *,
    stream: bool,
    timeouts: ClientTimeouts,
) -> Response:
    """The answer; `chunks` are closed when the client disconnects."""
    try:
        if not stream:
            finished = await run_while_connected(request, _collect(chunks))
            return JSONResponse(formatter.to_response(finished))
        first = await run_while_connected(request, anext(chunks))
        events = stream_events(
            first, chunks, to_events=formatter.to_events, to_error=formatter.to_error
        )
        return EventStreamResponse(events, limit_s=timeouts.total_s, stall_s=timeouts.stall_s)
    except ClientDisconnected:
        return Response(status_code=CLIENT_CLOSED_REQUEST)


async def _collect(chunks: AsyncGenerator[GeneratedChunk, None]) -> list[GeneratedChunk]:
    async with aclosing(chunks):
        return [chunk async for chunk in chunks]
