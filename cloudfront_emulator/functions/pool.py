"""The environments of one function: started on demand, the most recently used first.

Source: Lambda Developer Guide, lambda-concurrency: each environment serves one event at a time,
and another is started when all are busy. Beyond `limit` events wait, where AWS would throttle.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from cloudfront_emulator.functions.environment import ExecutionEnvironment
from cloudfront_emulator.functions.errors import FunctionFailed
from cloudfront_emulator.functions.program import EnvironmentSpec

MAX_ENVIRONMENTS = 8


class EnvironmentPool:
    """Gives every event to an environment of its own for as long as it takes."""

    def __init__(self, program: EnvironmentSpec, *, limit: int = MAX_ENVIRONMENTS) -> None:
        self._spec = program
        self._limit = limit
        self._all: set[ExecutionEnvironment] = set()
        self._idle: list[ExecutionEnvironment] = []
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()

    @property
    def pids(self) -> frozenset[int]:
        """The processes that there are."""
        return frozenset(each.pid for each in self._all)

    async def invoke(
        self, event: bytes, *, request_id: str, timeout: float, cold: bool = False
    ) -> Any:
        """What the handler returns for an event in JSON; FunctionFailed.

        `cold`: in a fresh environment, which is stopped afterwards.
        """
        environment = await (self._start_cold() if cold else self._acquire())
        try:
            return await environment.invoke(event, request_id=request_id, timeout=timeout)
        finally:
            if cold:
                environment.kill()

    async def close(self) -> None:
        """Stop every environment and wait until its process is gone."""
        self._limit = 0
        while self._waiting:
            self._fail_first(FunctionFailed("it was stopped"))
        ending = list(self._all)
        for environment in ending:
            environment.kill()
        for environment in ending:
            await environment.wait_until_ended()

    async def _acquire(self) -> ExecutionEnvironment:
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

    async def _start_cold(self) -> ExecutionEnvironment:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def idle(_environment: ExecutionEnvironment) -> None:
            if not ready.done():
                ready.set_result(None)

        def ended(environment: ExecutionEnvironment, failure: FunctionFailed) -> None:
            self._all.discard(environment)
            if not ready.done():
                ready.set_exception(failure)

        environment = ExecutionEnvironment(self._spec, on_idle=idle, on_end=ended)
        self._all.add(environment)
        try:
            await ready
        except asyncio.CancelledError:
            environment.kill()
            raise
        return environment

    def _start_where_needed(self) -> None:
        wanted = sum(not each.done() for each in self._waiting)
        starting = sum(not each.ready for each in self._all)
        while starting < wanted and len(self._all) < self._limit:
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
