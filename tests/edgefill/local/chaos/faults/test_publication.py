"""A publication that is killed half-way leaves the served release alone."""

from __future__ import annotations

import sys

import pytest

from edgefill.local.chaos.faults.fault import FaultFailed
from edgefill.local.chaos.faults.publication import KillPublication, PublishRelease
from edgefill.packs.layout import IMMUTABLE, pack_key
from edgefill.store.memory import MemoryObjectStore

FOREVER = (sys.executable, "-c", "import time; time.sleep(3600)")
FAILS = (sys.executable, "-c", "raise SystemExit('the journal is empty')")


class StoreThatFills(MemoryObjectStore):
    """A store in which an object of another release appears at the third look."""

    looks = 0

    def list_keys(self, prefix: str):  # type: ignore[no-untyped-def]
        self.looks += 1
        if self.looks == 3:
            self.put(pack_key("r2", "a", "de"), b"{}", cache_control=IMMUTABLE)
        return super().list_keys(prefix)


def test_it_is_killed_at_its_first_object_and_mended_by_a_whole_one() -> None:
    """The pointer still names the old release."""
    published: list[str] = []
    fault = KillPublication(
        command=FOREVER,
        objects=StoreThatFills(),
        read_release=lambda: "r1",
        publish=lambda: published.append("r3"),
    )
    fault.inject()
    assert published == []
    fault.mend()
    assert published == ["r3"]


def test_a_publication_that_writes_nothing_is_no_test() -> None:
    """Its own words say why."""
    fault = KillPublication(
        command=FAILS,
        objects=MemoryObjectStore(),
        read_release=lambda: "r1",
        publish=lambda: None,
    )
    with pytest.raises(FaultFailed, match="wrote nothing: the journal is empty"):
        fault.inject()


def test_a_publication_that_was_too_fast_is_no_test() -> None:
    """The pointer has changed before the kill."""
    releases = iter(("r1", "r2"))
    fault = KillPublication(
        command=FOREVER,
        objects=StoreThatFills(),
        read_release=lambda: next(releases),
        publish=lambda: None,
    )
    with pytest.raises(FaultFailed, match="ended before it was killed"):
        fault.inject()


def test_publishing_a_release_needs_no_mending() -> None:
    """It is one publication only."""
    published: list[str] = []
    fault = PublishRelease(publish=lambda: published.append("r2"))
    fault.inject()
    fault.mend()
    assert published == ["r2"]
