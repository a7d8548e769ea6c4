"""The contract of HeldSource, for the journal and for the store, and what each adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from edgefill.cli.reviewing.decision import fail_held, pass_held, require_held
from edgefill.cli.reviewing.held_sources import HeldItem, HeldPlace, HeldSource
from edgefill.cli.reviewing.journal_source import JournalSource
from edgefill.core.errors import InputRefused, StoreConflict, StoreUnavailable, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.candidate import digest_text
from edgefill.judging.verdict import PERSON
from edgefill.packs.layout import held_key, overlay_key
from edgefill.release.held_texts import delete_held_text, read_held_text
from edgefill.release.overlay import read_overlay
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore
from lambdas.batch.journal import read_attempts
from lambdas.batch.release import compile_drafts, select_drafts
from tests.edgefill.cli.reviewing.conftest import JOURNAL_KEY, PROVENANCE, STORE_KEY

Review = Any  # tests/edgefill/cli/reviewing/conftest.py
MakeReview = Callable[..., Any]
READER = {"reader": "Ada", "reason": "reads well"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCase:
    """A source with one held text, and how to hold another."""

    review: Review
    source: HeldSource
    key: Key
    hold: Callable[[str], object]

    def find(self) -> HeldItem:
        """Return the held text."""
        item = self.source.find_item(self.key)
        assert isinstance(item, HeldItem)
        return item


def require_item(source: HeldSource) -> HeldItem:
    """Return the only held text."""
    (item,) = source.list_items()
    assert isinstance(item, HeldItem)
    return item


@pytest.fixture(params=["journal", "store"])
def held(request: pytest.FixtureRequest, objects: ObjectStore, make_review: MakeReview) -> HeldCase:
    """One text, held in either place; the store is memory or S3."""
    review = make_review(objects)
    if request.param == "journal":
        review.hold_in_journal()
        journal = JournalSource(path=review.journal, catalogue=review.catalogue)
        return HeldCase(review=review, source=journal, key=JOURNAL_KEY, hold=review.hold_in_journal)
    review.hold_in_store()
    store = review.open_store()
    return HeldCase(review=review, source=store, key=STORE_KEY, hold=review.hold_in_store)


def accept(held: HeldCase, item: HeldItem, own_text: str | None = None) -> str:
    return pass_held((held.source, item), held.review.catalogue, own_text=own_text, **READER)


def fail(held: HeldCase, item: HeldItem) -> str:
    return fail_held((held.source, item), **READER)


def find_passed(held: HeldCase) -> tuple[str, dict[str, Any]]:
    """Return the text that is published or in the overlay, with its provenance."""
    catalogue = held.review.catalogue
    if isinstance(held.source, JournalSource):
        attempts = read_attempts(held.review.journal, catalogue.version)
        accepted = compile_drafts(
            catalogue, select_drafts(catalogue, attempts, versions={"judge": ""})
        )[held.key]
        return accepted.compiled.text, accepted.describe_provenance()
    overlay = read_overlay(held.review.objects, held.key)
    assert overlay is not None
    assert overlay.provenance is not None
    return overlay.text, dict(overlay.provenance)


def test_a_held_text_is_found_with_its_reason(held: HeldCase) -> None:
    """The list and the search by key give the same."""
    (item,) = held.source.list_items()
    assert item == held.find()
    assert (item.candidate.key, item.reason) == (held.key, "no accepted texts")
    assert held.source.find_item(Key(experience="greeting", locale="en", case="x")) is None


def test_a_passed_text_waits_no_longer_and_is_published(held: HeldCase) -> None:
    """Its verdict is the person's, its provenance the writer's."""
    text = held.find().candidate.text
    assert accept(held, held.find())
    assert held.source.find_item(held.key) is None
    passed, provenance = find_passed(held)
    assert passed == text
    assert (provenance["model"], provenance["origin"]) == ("tiny", "draft")
    verdict = provenance["verdict"]
    assert (verdict["judge"], verdict["version"], verdict["reason"]) == (
        PERSON,
        "Ada",
        "reads well",
    )


def test_a_persons_own_text_replaces_the_held_one(held: HeldCase) -> None:
    """Its origin is a person, its parent the digest of the held text."""
    parent = digest_text(held.find().candidate.text)
    accept(
        held,
        held.find(),
        "Good day {{ name }}" if held.key == JOURNAL_KEY else "Guten Tag {{ name }}",
    )
    assert held.source.find_item(held.key) is None
    passed, provenance = find_passed(held)
    assert passed.startswith("G")
    assert (provenance["origin"], provenance["parent"]) == ("person", parent)
    assert provenance["model"] == ""


def test_the_same_text_in_a_file_is_no_new_text(held: HeldCase) -> None:
    """Its writer stays the model."""
    accept(held, held.find(), held.find().candidate.text)
    assert find_passed(held)[1]["origin"] == "draft"


def test_a_text_against_the_rules_is_refused_and_stays(held: HeldCase) -> None:
    """Nothing is written: the text is held as before."""
    before = held.find()
    with pytest.raises(TemplateRefused, match=str(held.key)):
        accept(held, before, "Hello {{ nobody }}")
    assert held.find() == before


def test_a_failed_text_waits_no_longer_and_is_not_published(held: HeldCase) -> None:
    """Its key may be drafted again."""
    assert "again" in fail(held, held.find())
    assert held.source.find_item(held.key) is None
    with pytest.raises((KeyError, AssertionError)):
        find_passed(held)


@pytest.mark.parametrize("decide", [fail, accept], ids=["fail", "pass"])
def test_another_text_that_is_held_by_now_stays(
    held: HeldCase, decide: Callable[[HeldCase, HeldItem], str]
) -> None:
    """A decision is about the text that was read; a text nobody has read is not removed."""
    item = held.find()
    fail(held, item)
    held.hold("Salut {{ name }}")
    with pytest.raises(InputRefused, match="another text is held by now"):
        decide(held, item)
    assert held.find().candidate.text == "Salut {{ name }}"


def test_a_failed_journal_text_tells_the_reviser_why(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """The person's reason is part of the revise prompt."""
    review = make_review(objects)
    review.hold_in_journal()
    source = JournalSource(path=review.journal, catalogue=review.catalogue)
    item = require_item(source)
    fail_held((source, item), reader="Ada", reason="too stiff")
    (candidate,) = read_attempts(review.journal, review.catalogue.version)[JOURNAL_KEY].candidates
    assert candidate.write_reasons() == "too stiff"


def test_a_text_for_a_changed_experience_is_not_passed(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """The refusal names the remedy, which works."""
    review = make_review(objects)
    review.hold_in_store()
    review.change_experience()
    source = review.open_store()
    item = require_item(source)
    assert item.is_stale
    with pytest.raises(InputRefused, match=r"has changed since .* `edgefill review fail`"):
        pass_held((source, item), review.catalogue, **READER)
    fail_held((source, item), **READER)
    assert source.find_item(STORE_KEY) is None


def test_a_text_of_an_experience_that_is_gone_is_stale(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """It can be failed, not passed."""
    review = make_review(objects)
    key = Key(experience="farewell", locale="de", case="any")
    review.hold_in_store(key=key, version="1")
    assert require_item(review.open_store()).is_stale


class DyingStore(MemoryObjectStore):
    """A store that does not answer when something is deleted."""

    def delete(self, key: str) -> None:
        """Raise StoreUnavailable."""
        raise StoreUnavailable(f"{key}: no answer")


def test_no_text_is_lost_when_the_store_fails_half_way(make_review: MakeReview) -> None:
    """The overlay is written before the held text is deleted."""
    review = make_review(DyingStore())
    review.hold_in_store()
    source = review.open_store()
    item = require_item(source)
    with pytest.raises(StoreUnavailable):
        pass_held((source, item), review.catalogue, **READER)
    assert review.objects.get(overlay_key(STORE_KEY))
    assert review.objects.get(held_key(STORE_KEY))


def test_a_text_nobody_has_read_is_not_deleted(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """A deployment may hold another text between the reading and the deletion."""
    review = make_review(objects)
    read = review.hold_in_store()
    review.hold_in_store("Moin {{ name }}")
    with pytest.raises(StoreConflict):
        delete_held_text(objects, read)
    newest = read_held_text(objects, STORE_KEY)
    assert newest is not None
    assert newest.text.startswith("Moin")
    assert newest.provenance == PROVENANCE


def test_a_key_that_is_held_twice_needs_its_place(
    make_review: MakeReview, objects: ObjectStore
) -> None:
    """The journal's and the store's text of a key are two texts."""
    review = make_review(objects)
    review.hold_in_journal()
    review.hold_in_store(key=JOURNAL_KEY)
    catalogue = review.catalogue
    sources: list[HeldSource] = [
        JournalSource(path=review.journal, catalogue=catalogue),
        review.open_store(),
    ]
    with pytest.raises(InputRefused, match="--where journal or --where store"):
        require_held(sources, JOURNAL_KEY, None)
    for place in HeldPlace:
        assert require_held(sources, JOURNAL_KEY, place)[1].place == place
    with pytest.raises(InputRefused, match="no text is held"):
        require_held(sources, STORE_KEY, None)
