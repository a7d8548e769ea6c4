"""Streaming: a text as server-sent events, and requests that end when their client leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gpu_service.generation import Step
from gpu_service.wire import ending
from lambdas.core.errors import EdgefillError
from lambdas.core.problem import problem

T = TypeVar("T")
DONE = "data: [DONE]\n\n"


class ClientGone(Exception):
    """The client closed the connection before its answer."""


class EventStream(StreamingResponse):
    """Sends `events` and closes them, however the sending ends; gives up after `limit_s`."""

    def __init__(self, events: AsyncGenerator[str, None], *, limit_s: float) -> None:
        super().__init__(events, media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-store"
        self._events = events
        self._limit_s = limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response; the ASGI call."""
        try:
            async with asyncio.timeout(self._limit_s):
                await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()


async def events(first: Step, steps: AsyncGenerator[Step, None]) -> AsyncGenerator[str, None]:
    """`first` and the rest of `steps` as events; a failure on the way is the last one."""
    try:
        for event in _events(first):
            yield event
        async for step in steps:
            for event in _events(step):
                yield event
    except EdgefillError as error:
        yield _event({"error": json.loads(problem(error).body)})
    finally:
        await steps.aclose()
    yield DONE


def _events(step: Step) -> list[str]:
    said = [_event({"delta": step.text})] if step.text else []
    return [*said, _event(ending(step))] if step.finish_reason else said


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


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
