"""The functions of a distribution, each with its bundle and its environments."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from cloudfront_emulator.distribution.behaviour import Trigger
from cloudfront_emulator.distribution.distribution import DistributionConfig
from cloudfront_emulator.distribution.function import FunctionConfig
from cloudfront_emulator.functions.errors import FunctionRefused
from cloudfront_emulator.functions.faults import FunctionFaults
from cloudfront_emulator.functions.limits import LimitsProfile
from cloudfront_emulator.functions.runner import FunctionRunner


class Runners:
    """A runner for every function that a behaviour names; arguments as EdgeFunctions has them."""

    def __init__(
        self,
        distribution: DistributionConfig,
        *,
        python: str,
        profile: LimitsProfile,
        faults: FunctionFaults,
        environments: int,
        libraries: tuple[Path, ...],
    ) -> None:
        self._unpacked = tempfile.TemporaryDirectory(prefix="edgefill-functions-")
        try:
            self._runners = {
                id: FunctionRunner(
                    _function(distribution, id),
                    triggers=triggers,
                    folder=Path(self._unpacked.name) / id,
                    python=python,
                    profile=profile,
                    environments=environments,
                    faults=faults,
                    libraries=libraries,
                )
                for id, triggers in _triggers(distribution).items()
            }
        except FunctionRefused:
            self._unpacked.cleanup()
            raise

    @property
    def pids(self) -> frozenset[int]:
        """The processes of all functions."""
        return frozenset(pid for each in self._runners.values() for pid in each.pids)

    async def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What a function, named by its logical id, returns for an event; FunctionFailed."""
        return await self._runners[function].invoke(event)

    async def close(self) -> None:
        """Stop all environments and wait until their processes are gone."""
        for runner in self._runners.values():
            await runner.close()
        self._unpacked.cleanup()


def _triggers(distribution: DistributionConfig) -> dict[str, set[Trigger]]:
    """The triggers of each function that is associated, by its id."""
    found: dict[str, set[Trigger]] = {}
    for behaviour in distribution.behaviours:
        for each in behaviour.functions:
            found.setdefault(each.function, set()).add(each.trigger)
    return found


def _function(distribution: DistributionConfig, id: str) -> FunctionConfig:
    if id not in distribution.functions:
        raise FunctionRefused(f"{id}: a behaviour names this function, the template has none")
    return distribution.functions[id]
