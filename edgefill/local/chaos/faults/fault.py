"""Fault: one way in which a part of the stack fails, and how it is mended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from edgefill.core.errors import EdgefillError

MEND_WITHIN_S = 60.0
POLL_S = 0.05


class FaultFailed(EdgefillError):
    """A fault could not be injected, or its mending did not end; the text says what was seen."""


class Fault(Protocol):
    """A fault of the running stack.

    `part` is the name of the failing process, or of what is damaged. For the process `cdn`,
    connections without an answer are the outage itself (tally.py). `lasts` is False for a
    kill, which the supervisor begins to mend at once. It is tried once a run, so that the process
    then lives long enough for its memory to be judged.
    """

    @property
    def name(self) -> str:
        """How `--faults` and the report call it."""
        ...

    @property
    def part(self) -> str:
        """What fails."""
        ...

    @property
    def lasts(self) -> bool:
        """Whether the fault should be left for a while before `mend`."""
        ...

    def inject(self) -> None:
        """Cause the fault; FaultFailed."""

    def mend(self) -> None:
        """End the fault and return once its cause is gone; FaultFailed."""


def wait_until(condition: Callable[[], bool], what: str, within_s: float = MEND_WITHIN_S) -> None:
    """Wait until `condition` holds; FaultFailed says that `what` did not happen in time."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            raise FaultFailed(f"{what}: not within {within_s:g} s")
        time.sleep(POLL_S)
