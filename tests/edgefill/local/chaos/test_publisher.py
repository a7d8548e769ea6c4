"""The drafts of a state folder are published as often as a run needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.chaos.publisher import ReleasePublisher
from edgefill.release.pointer_store import read_current_pointer
from edgefill.store.memory import MemoryObjectStore

TEMPLATES = Path("templates")


def test_a_release_is_served_after_publishing_and_again_in_an_empty_store(tmp_path: Path) -> None:
    """A journal without drafts gives a release of the fallbacks."""
    (tmp_path / "drafts.jsonl").touch()
    publisher = ReleasePublisher(state=tmp_path, templates=TEMPLATES)
    for objects in (MemoryObjectStore(), MemoryObjectStore()):
        release = publisher.publish(objects)
        assert read_current_pointer(objects)[0].current.release == release.id
        assert release.templates == 0
        assert "welcome" in release.experiences


def test_without_a_journal_nothing_is_published(tmp_path: Path) -> None:
    """The message names the file."""
    objects = MemoryObjectStore()
    with pytest.raises(InputRefused, match=r"drafts\.jsonl"):
        ReleasePublisher(state=tmp_path, templates=TEMPLATES).publish(objects)
    assert list(objects.list_keys("")) == []
