"""Request collapsing: concurrent requests for one object become one upstream request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class RequestCollapser(Generic[T]):
    """Shares the result of a task among all callers with the same key while it runs.

    AWS says that Min TTL 0 with no-store prevents sharing; others have observed sharing. Here
    everything is shared, which is the worse case: a cache key that lacks an input of the response
    fails on this machine first.
    Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "Request collapsing".
    """

    def __init__(self) -> None:
        self._in_flight: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, or of the task that already runs for `key`."""
        return await asyncio.shield(self.start(key, work))

    def start(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """The task that runs for `key`; starts `work` if there is none."""
        task = self._in_flight.get(key)
        if task is None:
            task = self._in_flight[key] = asyncio.ensure_future(self._run_and_remove(key, work))
        return task

    async def _run_and_remove(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await work()
        finally:
            del self._in_flight[key]
