"""Shut down gracefully: refuse new requests and let the running ones finish."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class DrainTracker:
    """Counts the HTTP requests that run; `is_draining` once the service is shutting down."""

    def __init__(self) -> None:
        self.is_draining = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Begin to shut down: readiness drops and new requests are refused."""
        self.is_draining = True

    @contextmanager
    def track_request(self) -> Iterator[None]:
        """Count one request, from its arrival to the last byte of its answer."""
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def wait_until_idle(self, *, within_s: float) -> bool:
        """Whether every running request ends within `within_s` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        return not self._running
