"""Stream a text as server-sent events, and cancel work when its client disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from edgefill.core.errors import EdgefillError
from gpu_service.scheduling.generation import GeneratedChunk

T = TypeVar("T")
DONE = "[DONE]"
log = structlog.get_logger()


class ClientDisconnected(Exception):
    """The client closed the connection before its answer was complete."""


class EventStreamResponse(StreamingResponse):
    """Sends `events`, and closes them whether or not sending succeeds.

    Sending ends after `limit_s` seconds, and when the client reads nothing for `stall_s` seconds.
    """

    def __init__(
        self, events: AsyncGenerator[str, None], *, limit_s: float, stall_s: float
    ) -> None:
        super().__init__(events, media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Accel-Buffering"] = "no"
        self._events = events
        self._limit_s = limit_s
        self._stall_s = stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        now = asyncio.get_running_loop().time
        end = now() + self._limit_s
        timer = asyncio.timeout_at(end)  # one timer, rescheduled for each event

        async def send_in_time(message: Message) -> None:
            timer.reschedule(min(now() + self._stall_s, end))
            await send(message)
            timer.reschedule(end)

        try:
            async with timer:
                await super().__call__(scope, receive, send_in_time)
        except Exception:  # starlette raises several errors for a timeout
            if not timer.expired():
                raise
            log.warning("client_timeout", stalled=now() < end)
        finally:
            await self._events.aclose()


async def stream_events(
    first: GeneratedChunk,
    chunks: AsyncGenerator[GeneratedChunk, None],
    *,
    to_events: Callable[[GeneratedChunk], Sequence[str]],
    to_error: Callable[[EdgefillError], str],
) -> AsyncGenerator[str, None]:
    """The events of `first` and of `chunks`; an error on the way becomes the last event."""
    try:
        for data in to_events(first):
            yield _format_event(data)
        async for chunk in chunks:
            for data in to_events(chunk):
                yield _format_event(data)
    except EdgefillError as error:
        yield _format_event(to_error(error))
    finally:
        await chunks.aclose()
    yield _format_event(DONE)


def _format_event(data: str) -> str:
    return f"data: {data}\n\n"


async def run_while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; ClientDisconnected, with `work` cancelled, when the client leaves."""
    work_task = asyncio.ensure_future(work)
    disconnect_task = asyncio.ensure_future(_wait_for_disconnect(request))
    try:
        await asyncio.wait({work_task, disconnect_task}, return_when=asyncio.FIRST_COMPLETED)
        if work_task.done():
            return work_task.result()
        raise ClientDisconnected
    finally:
        for task in (work_task, disconnect_task):
            task.cancel()
        await asyncio.gather(work_task, disconnect_task, return_exceptions=True)


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
