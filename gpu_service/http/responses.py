"""Replies: a text on its way to the client, whole or as a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from edgefill.core.errors import EdgefillError
from gpu_service.http.streaming import ClientGone, EventStream, events, while_connected
from gpu_service.scheduling.generation import Step

CLIENT_CLOSED_REQUEST = 499  # nginx's word; nobody reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a client may take to read its answer."""

    whole_s: float
    stall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How one route words a text."""

    whole: Callable[[list[Step]], dict[str, Any]]
    told: Callable[[Step], Sequence[str]]
    failed: Callable[[EdgefillError], str]


async def reply(
    request: Request,
    steps: AsyncGenerator[Step, None],
    wording: Wording,
    *,
    stream: bool,
    patience: Patience,
) -> Response:
    """The answer; `steps` are closed when the client leaves."""
    try:
        if not stream:
            return JSONResponse(wording.whole(await while_connected(request, _all(steps))))
        first = await while_connected(request, anext(steps))
        said = events(first, steps, told=wording.told, failed=wording.failed)
        return EventStream(said, limit_s=patience.whole_s, stall_s=patience.stall_s)
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)


async def _all(steps: AsyncGenerator[Step, None]) -> list[Step]:
    async with aclosing(steps):
        return [step async for step in steps]
