"""What is damaged under `held/` hides no text and can be deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edgefill.cli.reviewing.decision import fail_held, require_held
from edgefill.cli.reviewing.held_sources import DamagedItem, HeldItem, HeldPlace, HeldSource
from edgefill.cli.reviewing.journal_source import JournalSource
from edgefill.core.errors import StoreConflict
from edgefill.packs.layout import held_key
from edgefill.store.objects import ObjectStore
from tests.edgefill.cli.reviewing.conftest import JOURNAL_KEY, STORE_KEY

MakeReview = Callable[..., Any]  # tests/edgefill/cli/reviewing/conftest.py
READER = {"reader": "Ada", "reason": "reads well"}


def test_a_damaged_object_is_an_item_of_its_own(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """The list and the search by key give the same; deleting it ends it."""
    review = make_review(objects)
    objects.put(held_key(STORE_KEY), b"[]", cache_control="private")
    source = review.open_store()
    (item,) = source.list_items()
    assert isinstance(item, DamagedItem)
    assert item == source.find_item(STORE_KEY)
    assert "deleted" in fail_held((source, item), **READER)
    assert source.find_item(STORE_KEY) is None


def test_a_text_that_replaced_a_damaged_object_stays(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """A miss may write one between the reading and the deletion."""
    review = make_review(objects)
    objects.put(held_key(STORE_KEY), b"", cache_control="private")
    source = review.open_store()
    item = source.find_item(STORE_KEY)
    assert item is not None
    review.hold_in_store()
    with pytest.raises(StoreConflict, match="a text is held by now"):
        fail_held((source, item), **READER)
    assert isinstance(source.find_item(STORE_KEY), HeldItem)


def test_a_damaged_object_does_not_hide_the_journals_text(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """--where journal reads the journal only."""
    review = make_review(objects)
    review.hold_in_journal()
    objects.put(held_key(JOURNAL_KEY), b"", cache_control="private")
    drafts = JournalSource(path=review.journal, catalogue=review.catalogue)
    sources: list[HeldSource] = [drafts, review.open_store()]
    assert require_held(sources, JOURNAL_KEY, HeldPlace.JOURNAL)[0] is drafts
