"""Publishing drafts as a release."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import NotPublishable, TemplateRefused
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.packs.pack import Pack
from edgefill.store.memory import MemoryObjectStore
from lambdas.batch.release import publish_drafts, select_drafts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Make = Callable[..., Candidate]


def test_publishes_drafts_with_fallbacks(catalogue: Catalogue, drafted: Make) -> None:
    """A pack holds its drafts, and its fallback for the cases without a draft."""
    objects = MemoryObjectStore()
    drafts = [drafted("greeting/en/gold", "Welcome back, {{ name }}")]
    release = publish_drafts(objects, catalogue=catalogue, drafts=drafts, now=NOON)
    pack = Pack(json.loads(objects.get(f"t/r/{release.id}/greeting/en.json").body))
    gold = pack.find_program("gold")
    assert gold
    assert gold.fill({"name": "Ada"}) == "Welcome back, Ada"
    assert pack.find_program("basic") is None
    assert pack.link_fallback().fill({"name": "Ada"}) == "Hello Ada"


def test_an_uncompilable_draft_stops_the_release(catalogue: Catalogue, drafted: Make) -> None:
    """A tampered journal publishes nothing."""
    objects = MemoryObjectStore()
    drafts = [drafted("greeting/en/gold", "{{ password }}")]
    with pytest.raises(TemplateRefused, match="greeting/en/gold:1:"):
        publish_drafts(objects, catalogue=catalogue, drafts=drafts, now=NOON)
    assert list(objects.list_keys("")) == []


@pytest.mark.parametrize("outcome", ["fail", "unscored"])
def test_a_text_that_the_judge_did_not_pass_stops_the_release(
    catalogue: Catalogue, drafted: Make, outcome: str
) -> None:
    """Nothing is written, whoever calls."""
    objects = MemoryObjectStore()
    drafts = [drafted("greeting/en/gold"), drafted("greeting/de/gold", outcome=outcome)]
    with pytest.raises(NotPublishable, match=outcome):
        publish_drafts(objects, catalogue=catalogue, drafts=drafts, now=NOON)
    assert list(objects.list_keys("")) == []


def test_a_release_keeps_the_provenance_of_its_texts(catalogue: Catalogue, drafted: Make) -> None:
    """Model, prompts and verdict stand next to the text, for people."""
    objects = MemoryObjectStore()
    drafts = [drafted("greeting/en/gold")]
    release = publish_drafts(objects, catalogue=catalogue, drafts=drafts, now=NOON)
    sources = json.loads(objects.get(f"releases/{release.id}/sources/greeting/en.json").body)
    provenance = sources["provenance"]["gold"]
    assert (provenance["model"], provenance["origin"]) == ("tiny", "draft")
    assert provenance["verdict"]["outcome"] == "pass"


def test_only_passed_texts_of_the_catalogue_are_selected(
    catalogue: Catalogue, drafted: Make
) -> None:
    """A key without a passed text, or that the catalogue lost, is left out."""
    texts = [
        drafted("greeting/en/gold"),
        drafted("greeting/de/gold", outcome="unscored"),
        drafted("greeting/en/gone"),
    ]
    attempts = {each.key: Attempts(candidates=(each,)) for each in texts}
    assert select_drafts(catalogue, attempts) == [texts[0]]


def test_an_uncompilable_fallback_is_named(catalogue: Catalogue) -> None:
    """A hand-written text must compile, too."""
    entry = catalogue.entries["greeting"]
    broken = replace(entry, fallbacks={"en": "{{ name", "de": "Hallo"})
    wrong = replace(catalogue, entries={"greeting": broken})
    with pytest.raises(TemplateRefused, match=r"fallbacks/greeting/en\.txt:1:"):
        publish_drafts(MemoryObjectStore(), catalogue=wrong, drafts=[], now=NOON)
