"""Draining: the end of a service: nobody new is let in, whoever is in goes on for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Draining:
    """Counts the exchanges that run; `begun` once the service is to end."""

    def __init__(self) -> None:
        self.begun = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def begin(self) -> None:
        """Let nobody in any more."""
        self.begun = True

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """One request, from its arrival to the last byte of its answer."""
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def finished(self, *, within_s: float) -> bool:
        """Whether every exchange ends within so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        return not self._running
