"""The engine side of deadlines: end a text when its request's deadline passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from edgefill.core.errors import EngineTimeout, EngineUnavailable
from gpu_service.engines.engine import Delta


async def stop_at_deadline(
    deltas: AsyncGenerator[Delta, None],
    arrived: float,
    deadline_s: float | None,
    clock: Callable[[], float],
) -> AsyncGenerator[Delta, None]:
    """`deltas` up to the one with a finish reason.

    EngineTimeout when `deadline_s` seconds after `arrived` have passed; EngineUnavailable when the
    deltas end without a finish reason.
    """
    limited = deltas if deadline_s is None else _limit(deltas, arrived + deadline_s, clock)
    try:
        async for delta in limited:
            yield delta
            if delta.finish_reason:
                return
    except TimeoutError:
        raise EngineTimeout(f"the text was not finished within {deadline_s:.1f} s") from None
    raise EngineUnavailable("the engine ended without a finish reason")


async def _limit(
    deltas: AsyncGenerator[Delta, None], end: float, clock: Callable[[], float]
) -> AsyncGenerator[Delta, None]:
    """`deltas` until `end`; then TimeoutError."""
    while True:
        async with asyncio.timeout(max(end - clock(), 0)):
            delta = await anext(deltas, None)
        if delta is None:
            return
        yield delta
