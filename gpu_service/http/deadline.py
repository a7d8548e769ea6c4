"""Deadlines: how long a client will wait, and texts that end with it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable

from fastapi import Request

from edgefill.core.errors import EngineTimeout, EngineUnavailable, RequestRefused
from gpu_service.engines.engine import Delta

HEADER = "X-Edgefill-Deadline"
LONGEST_S = 3600.0


def deadline_of(request: Request, body_s: float | None) -> float | None:
    """Seconds from now; the nearer of the two. RequestRefused when the header is no time."""
    text = request.headers.get(HEADER)
    if text is None:
        return body_s
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_S:
        raise RequestRefused(f"{HEADER}: write seconds, above 0 and up to {LONGEST_S:.0f}")
    return seconds if body_s is None else min(seconds, body_s)


async def before(
    deltas: AsyncGenerator[Delta, None],
    arrived: float,
    deadline_s: float | None,
    clock: Callable[[], float],
) -> AsyncGenerator[Delta, None]:
    """`deltas` until the deadline; then EngineTimeout."""
    timed = deltas if deadline_s is None else _timed(deltas, arrived + deadline_s, clock)
    try:
        async for delta in timed:
            yield delta
            if delta.finish_reason:
                return
    except TimeoutError:
        raise EngineTimeout(f"no whole text within {deadline_s:.1f} s") from None
    raise EngineUnavailable("the engine ended without a finish reason")


async def _timed(
    deltas: AsyncGenerator[Delta, None], end: float, clock: Callable[[], float]
) -> AsyncGenerator[Delta, None]:
    """`deltas` until `end`; then TimeoutError."""
    while True:
        async with asyncio.timeout(max(end - clock(), 0)):
            delta = await anext(deltas, None)
        if delta is None:
            return
        yield delta
