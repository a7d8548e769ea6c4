"""Stages: what an engine does before it is ready, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable


class Stages:
    """`with stages("importing vllm"):` names what is done now and keeps its seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.now = ""  # empty: nothing is being done
        self.seconds: dict[str, float] = {}  # of each stage that ended, in their order

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Stage `name` while the block runs; it is kept when it ends well."""
        began, self.now = self._clock(), name
        try:
            yield
            self.seconds[name] = self._clock() - began
        finally:
            self.now = ""


@runtime_checkable
class Staged(Protocol):
    """An engine that says how far its start has come."""

    @property
    def stages(self) -> Stages:
        """Of its last start."""
        ...
