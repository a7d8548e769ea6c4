"""Runs one edge function: its checked bundle, its faults and its time limit."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from cloudfront_emulator.distribution import DistributionConfig, FunctionConfig, Trigger
from cloudfront_emulator.errors import FunctionFailed, FunctionRefused
from cloudfront_emulator.faults import FaultSource
from cloudfront_emulator.functions.bundle import check_python, check_size, unpack
from cloudfront_emulator.functions.environment_spec import EnvironmentSpec
from cloudfront_emulator.functions.limits import LimitsProfile, get_limits
from cloudfront_emulator.functions.pool import EnvironmentPool

Sleep = Callable[[float], Awaitable[None]]


class FunctionRunner:
    """Invokes a function within the strictest limits of its triggers.

    FunctionRefused if its bundle cannot run. A zipped bundle is unpacked into `folder`.
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
        faults: FaultSource,
        libraries: tuple[Path, ...] = (),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        limits = [get_limits(profile, trigger) for trigger in triggers]
        check_size(function, min(each.zip_bytes for each in limits))
        root = unpack(function, folder)
        check_python(function, root, python)
        self._id, self._faults, self._sleep = function.id, faults, sleep
        self._timeout = min(function.timeout, *(each.timeout for each in limits))
        spec = EnvironmentSpec(
            name=function.id,
            root=root,
            handler=function.handler,
            runtime=function.runtime,
            memory_mb=min(function.memory_mb, *(each.memory_mb for each in limits)),
            python=python,
            libraries=libraries,
        )
        self._pool = EnvironmentPool(spec, limit=environments)

    @property
    def pids(self) -> frozenset[int]:
        """The ids of the running processes."""
        return self._pool.pids

    async def invoke(self, event: dict[str, Any]) -> Any:
        """Return the handler's result for an event; FunctionFailed names the function."""
        fault = self._faults.get_function_fault(self._id)
        kind = fault.kind if fault is not None else ""
        try:
            if kind == "throws":
                raise FunctionFailed("the fault switch made the function raise")
            delay = await self._simulate_slowness(fault.seconds) if fault and kind == "slow" else 0
            return await self._call(event, timeout=self._timeout - delay, cold=kind == "cold")
        except FunctionFailed as error:
            raise FunctionFailed(f"{self._id}: {error}") from error

    async def close(self) -> None:
        """Stop the environments and wait until their processes have ended."""
        await self._pool.close()

    async def _call(self, event: dict[str, Any], *, timeout: float, cold: bool) -> Any:
        """`cold`: in a new environment, which is stopped after the call."""
        environment = await self._pool.acquire(cold=cold)
        try:
            return await environment.invoke(
                json.dumps(event).encode(), request_id=str(uuid.uuid4()), timeout=timeout
            )
        finally:
            if cold:
                environment.kill()

    async def _simulate_slowness(self, seconds: float) -> float:
        await self._sleep(min(seconds, self._timeout))
        if seconds >= self._timeout:
            raise FunctionFailed(f"it took longer than {self._timeout:g} s to answer")
        return seconds


def make_runners(
    distribution: DistributionConfig,
    *,
    folder: Path,
    python: str,
    profile: LimitsProfile,
    faults: FaultSource,
    environments: int,
    libraries: tuple[Path, ...],
) -> dict[str, FunctionRunner]:
    """A runner for each function that a behaviour names, by the function's logical id.

    FunctionRefused if a bundle cannot run. The other arguments are those of EdgeFunctions.
    """
    return {
        id_: FunctionRunner(
            _find_function(distribution, id_),
            triggers=triggers,
            folder=folder / id_,
            python=python,
            profile=profile,
            environments=environments,
            faults=faults,
            libraries=libraries,
        )
        for id_, triggers in _collect_triggers(distribution).items()
    }


def _collect_triggers(distribution: DistributionConfig) -> dict[str, set[Trigger]]:
    """The triggers of each associated function, by its id."""
    triggers: dict[str, set[Trigger]] = {}
    for behaviour in distribution.behaviours:
        for each in behaviour.functions:
            triggers.setdefault(each.function, set()).add(each.trigger)
    return triggers


def _find_function(distribution: DistributionConfig, id_: str) -> FunctionConfig:
    if id_ not in distribution.functions:
        raise FunctionRefused(f"{id_}: a behaviour names this function, the template lacks it")
    return distribution.functions[id_]
