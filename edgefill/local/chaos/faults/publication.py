"""Publications during traffic: one that ends, and one that is killed half-way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field

from edgefill.local.chaos.faults.fault import FaultFailed, wait_until
from edgefill.store.objects import ObjectStore

START_WITHIN_S = 60.0
RELEASES = "t/r/"


@dataclass(slots=True, kw_only=True)
class PublishRelease:
    """Not a fault: a whole release, after which visitors must get it."""

    publish: Callable[[], object]
    name: str = "publish"
    part: str = "release"
    lasts: bool = True

    def inject(self) -> None:
        """Publish a release."""
        self.publish()

    def mend(self) -> None:
        """There is nothing to mend."""


@dataclass(slots=True, kw_only=True)
class KillPublication:
    """A process that publishes is killed after its first object, before it swaps the pointer.

    FaultFailed when the pointer was swapped all the same. The next publication mends it.
    """

    command: tuple[str, ...]
    objects: ObjectStore
    read_release: Callable[[], str]
    publish: Callable[[], object]
    name: str = "kill-publication"
    part: str = "release"
    lasts: bool = True
    _written: int = field(default=0)

    def inject(self) -> None:
        """Start a publication and kill it as soon as an object of its release is stored."""
        before, release = set(self.objects.list_keys(RELEASES)), self.read_release()
        with subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                wait_until(
                    lambda: process.poll() is not None or bool(self._list_new(before)),
                    "the publication writes its first object",
                    START_WITHIN_S,
                )
            finally:
                process.kill()
            errors = process.stderr.read() if process.stderr else ""
        self._written = len(self._list_new(before))
        if not self._written:
            raise FaultFailed(f"the publication wrote nothing: {errors.strip()[-300:]}")
        if self.read_release() != release:
            raise FaultFailed("the publication ended before it was killed")

    def mend(self) -> None:
        """Publish a whole release."""
        self.publish()

    def _list_new(self, before: set[str]) -> set[str]:
        return set(self.objects.list_keys(RELEASES)) - before
