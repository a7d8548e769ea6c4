"""FaultSchedule: injects faults one after another and measures each recovery."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, cycle

from edgefill.core.errors import EdgefillError, InputRefused
from edgefill.local.chaos.faults.fault import Fault
from edgefill.local.chaos.recovery import RecoveryProbe
from edgefill.local.chaos.tally import AnswerTally

HOLD_S = 4.0  # between injecting a fault and mending it
CALM_S = 1.0  # after a recovery
CDN, STORE = "cdn", "aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResult:
    """How one fault went; `recovery_s` None: not within a minute, or `error` says why not."""

    name: str
    outage_s: float  # from injecting to mending
    recovery_s: float | None
    last_failure: str = ""  # what still failed just before it recovered
    error: str = ""


class FaultSchedule:
    """Tries faults while there is time; `results` grows."""

    def __init__(
        self,
        faults: Sequence[Fault],
        *,
        probe: RecoveryProbe,
        tally: AnswerTally,
        on_result: Callable[[FaultResult], None] = lambda _: None,
        hold_s: float = HOLD_S,
        calm_s: float = CALM_S,
    ) -> None:
        self.results: list[FaultResult] = []
        self._faults = faults
        self._probe = probe
        self._tally = tally
        self._on_result = on_result
        self._hold_s = hold_s
        self._calm_s = calm_s

    def run(self, seconds: float) -> None:
        """Try each fault, then those that last again and again; none begins after `seconds`."""
        until = time.monotonic() + seconds
        lasting = [fault for fault in self._faults if fault.lasts]
        for fault in chain(self._faults, cycle(lasting)):
            if time.monotonic() > until:
                return
            result = self._try_fault(fault)
            self.results.append(result)
            self._on_result(result)
            time.sleep(self._calm_s)

    def list_untried(self) -> list[str]:
        """The names of the faults for which there was no time."""
        tried = {result.name for result in self.results}
        return [fault.name for fault in self._faults if fault.name not in tried]

    def _try_fault(self, fault: Fault) -> FaultResult:
        began, error = time.monotonic(), ""
        try:
            fault.inject()
            time.sleep(self._hold_s if fault.lasts else 0)
        except EdgefillError as failure:
            error = f"inject: {failure}"
        try:
            fault.mend()
        except EdgefillError as failure:
            error = error or f"mend: {failure}"
        if fault.part == STORE and fault.name.startswith("kill"):
            self._tally.forget_generated()
        mended = time.monotonic()
        recovery_s, last_failure = self._probe.wait()
        if fault.part == CDN:
            self._tally.record_outage(began, time.monotonic())
        return FaultResult(
            name=fault.name,
            outage_s=mended - began,
            recovery_s=recovery_s,
            last_failure=last_failure,
            error=error,
        )


def select_faults(faults: Iterable[Fault], names: str | None) -> list[Fault]:
    """The faults that `names`, separated by commas, lists; all for None; InputRefused."""
    by_name = {fault.name: fault for fault in faults}
    if names is None:
        return list(by_name.values())
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if not chosen or (unknown := [name for name in chosen if name not in by_name]):
        wrong = ", ".join(unknown) if chosen else "nothing"
        raise InputRefused(f"--faults: {wrong} is not a fault; there are {', '.join(by_name)}")
    return [by_name[name] for name in chosen]
