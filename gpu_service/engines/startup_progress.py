"""The stages of an engine's start and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable


class StartupStages:
    """`with stages("importing vllm"):` names the current stage and records its seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.current = ""  # empty: no stage is running
        self.seconds: dict[str, float] = {}  # by finished stage, in their order

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run the block as stage `name`; its seconds are recorded when it succeeds."""
        began, self.current = self._clock(), name
        try:
            yield
            self.seconds[name] = self._clock() - began
        finally:
            self.current = ""


@runtime_checkable
class StartupReporter(Protocol):
    """An engine that reports the progress of its start."""

    @property
    def stages(self) -> StartupStages:
        """The stages of its last start."""
        ...
