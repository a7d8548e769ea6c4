"""The execution environments of one function: started on demand, the last used one first.

Each environment serves one event at a time, and another is started when all are busy (Lambda
Developer Guide, lambda-concurrency). At `limit` environments events wait, where AWS throttles.
"""

from __future__ import annotations

import asyncio
from collections import deque

from cloudfront_emulator.errors import FunctionFailed
from cloudfront_emulator.functions.environment import ExecutionEnvironment
from cloudfront_emulator.functions.environment_spec import EnvironmentSpec

MAX_ENVIRONMENTS = 8


class EnvironmentPool:
    """Hands out idle environments. An environment is idle again once its call has ended."""

    def __init__(self, spec: EnvironmentSpec, *, limit: int = MAX_ENVIRONMENTS) -> None:
        self._spec = spec
        self._limit = limit
        self._all: set[ExecutionEnvironment] = set()
        self._idle: list[ExecutionEnvironment] = []
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()

    @property
    def pids(self) -> frozenset[int]:
        """The ids of the running processes."""
        return frozenset(each.pid for each in self._all)

    async def acquire(self, *, cold: bool = False) -> ExecutionEnvironment:
        """Return an idle environment; FunctionFailed if it fails to initialise.

        `cold`: a new one outside the pool, which the caller kills after its call.
        """
        if cold:
            return await self._start_cold()
        if self._idle:
            return self._idle.pop()
        waiter: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._start_where_needed()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._handle_idle(waiter.result())
            raise

    async def close(self) -> None:
        """Stop every environment and wait until its process has ended."""
        self._limit = 0
        while self._waiting:
            self._fail_first(FunctionFailed("it was stopped"))
        ending = list(self._all)
        for environment in ending:
            environment.kill()
        for environment in ending:
            await environment.wait_until_ended()

    async def _start_cold(self) -> ExecutionEnvironment:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def handle_idle(_environment: ExecutionEnvironment) -> None:
            if not ready.done():
                ready.set_result(None)

        def handle_end(environment: ExecutionEnvironment, failure: FunctionFailed) -> None:
            self._all.discard(environment)
            if not ready.done():
                ready.set_exception(failure)

        environment = ExecutionEnvironment(self._spec, on_idle=handle_idle, on_end=handle_end)
        self._all.add(environment)
        try:
            await ready
        except asyncio.CancelledError:
            environment.kill()
            raise
        return environment

    def _start_where_needed(self) -> None:
        needed = sum(not each.done() for each in self._waiting)
        starting = sum(not each.ready for each in self._all)
        while starting < needed and len(self._all) < self._limit:
            self._all.add(
                ExecutionEnvironment(self._spec, on_idle=self._handle_idle, on_end=self._handle_end)
            )
            starting += 1

    def _handle_idle(self, environment: ExecutionEnvironment) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(environment)
                return
        self._idle.append(environment)

    def _handle_end(self, environment: ExecutionEnvironment, failure: FunctionFailed) -> None:
        self._all.discard(environment)
        if environment in self._idle:
            self._idle.remove(environment)
        if not environment.ready:
            self._fail_first(failure)
        self._start_where_needed()

    def _fail_first(self, failure: FunctionFailed) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(failure)
                return
