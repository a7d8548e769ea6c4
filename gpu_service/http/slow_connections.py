"""Close connections whose client is too slow to send the headers of a request.

uvicorn waits for them without a limit: only a connection that is idle after an answer is closed
(uvicorn.dev/settings, "--timeout-keep-alive").
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


class SlowConnectionCloser:
    """Closes a connection that has been without a running request for `headers_s` seconds."""

    def __init__(self, headers_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._headers_s = headers_s
        self._clock = clock
        # By connection: its last request's cycle, and since when it has waited for the next one.
        self._waiting: dict[Any, tuple[Any, float]] = {}

    def close_slow(self, connections: Iterable[Any]) -> None:
        """Close the slow ones among uvicorn's HTTP connections; called again and again."""
        now, before, self._waiting = self._clock(), self._waiting, {}
        for connection in connections:
            cycle = connection.cycle
            if cycle is not None and not cycle.response_complete:
                continue
            last_cycle, since = before.get(connection, (cycle, now))
            since = since if last_cycle is cycle else now
            if now - since >= self._headers_s:
                connection.transport.close()
            else:
                self._waiting[connection] = (cycle, since)
