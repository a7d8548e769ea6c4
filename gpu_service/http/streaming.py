"""Streaming: a text as server-sent events, and requests that end when their client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from edgefill.core.errors import EdgefillError
from gpu_service.scheduling.generation import Step

T = TypeVar("T")
DONE = "[DONE]"
log = structlog.get_logger()


class ClientGone(Exception):
    """The client closed the connection before its answer."""


class EventStream(StreamingResponse):
    """Sends `events` and closes them, however the sending ends.

    It gives up after `limit_s`, and when the client reads nothing for `stall_s`.
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
        """Send the response; the ASGI call."""
        now = asyncio.get_running_loop().time
        end = now() + self._limit_s
        timer = asyncio.timeout_at(end)  # one for all events, set anew for each

        async def in_time(message: Message) -> None:
            timer.reschedule(min(now() + self._stall_s, end))
            await send(message)
            timer.reschedule(end)

        try:
            async with timer:
                await super().__call__(scope, receive, in_time)
        except Exception:  # starlette words a timeout in several ways
            if not timer.expired():
                raise
            log.warning("unread", stalled=now() < end)
        finally:
            await self._events.aclose()


async def events(
    first: Step,
    steps: AsyncGenerator[Step, None],
    *,
    told: Callable[[Step], Sequence[str]],
    failed: Callable[[EdgefillError], str],
) -> AsyncGenerator[str, None]:
    """`first` and the rest of `steps` as `told`; a failure on the way is the last one."""
    try:
        for data in told(first):
            yield _event(data)
        async for step in steps:
            for data in told(step):
                yield _event(data)
    except EdgefillError as error:
        yield _event(failed(error))
    finally:
        await steps.aclose()
    yield _event(DONE)


def _event(data: str) -> str:
    return f"data: {data}\n\n"


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns; when the client goes away first, `work` is cancelled: ClientGone."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        raise ClientGone
    finally:
        for task in (doing, leaving):
            task.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
