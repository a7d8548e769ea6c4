"""One edge function: its bundle checked, its environments, its faults and its time."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from cloudfront_emulator.distribution.behaviour import Trigger
from cloudfront_emulator.distribution.function import FunctionConfig
from cloudfront_emulator.functions.bundle import check_python, check_size, unpack
from cloudfront_emulator.functions.errors import FunctionFailed
from cloudfront_emulator.functions.faults import FunctionFaults
from cloudfront_emulator.functions.limits import LimitsProfile, get_limits
from cloudfront_emulator.functions.pool import EnvironmentPool
from cloudfront_emulator.functions.program import EnvironmentSpec

Sleep = Callable[[float], Awaitable[None]]


class FunctionRunner:
    """Invokes a function within the strictest limits of the triggers that it has.

    FunctionRefused where its bundle cannot be run; `folder` takes what a zip holds.
    """

    def __init__(
        self,
        function: FunctionConfig,
        *,
        triggers: Collection[Trigger],
        folder: Path,
        python: str,
        profile: LimitsProfile,
        environments: int,
        faults: FunctionFaults,
        libraries: tuple[Path, ...] = (),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        limits = [get_limits(profile, trigger) for trigger in triggers]
        check_size(function, min(each.zip_bytes for each in limits))
        root = unpack(function, folder)
        check_python(function, root, python)
        self._id, self._faults, self._sleep = function.id, faults, sleep
        self._timeout = min(function.timeout, *(each.timeout for each in limits))
        program = EnvironmentSpec(
            name=function.id,
            root=root,
            handler=function.handler,
            runtime=function.runtime,
            memory_mb=min(function.memory_mb, *(each.memory_mb for each in limits)),
            python=python,
            libraries=libraries,
        )
        self._pool = EnvironmentPool(program, limit=environments)

    @property
    def pids(self) -> frozenset[int]:
        """The processes that there are."""
        return self._pool.pids

    async def invoke(self, event: dict[str, Any]) -> Any:
        """What the handler returns for an event; FunctionFailed, naming the function."""
        fault = self._faults.get_function_fault(self._id)
        kind = fault.kind if fault is not None else ""
        try:
            if kind == "throws":
                raise FunctionFailed("it was made to raise by the fault switch")
            slow = await self._simulate_slowness(fault.seconds) if fault and kind == "slow" else 0
            return await self._pool.invoke(
                json.dumps(event).encode(),
                request_id=str(uuid.uuid4()),
                timeout=self._timeout - slow,
                cold=kind == "cold",
            )
        except FunctionFailed as error:
            raise FunctionFailed(f"{self._id}: {error}") from error

    async def close(self) -> None:
        """Stop the environments."""
        await self._pool.close()

    async def _simulate_slowness(self, seconds: float) -> float:
        await self._sleep(min(seconds, self._timeout))
        if seconds >= self._timeout:
            raise FunctionFailed(f"it took longer than {self._timeout:g} s to answer")
        return seconds
