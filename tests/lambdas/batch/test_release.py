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
from edgefill.drafting.renewal import JudgingVersions
from edgefill.judging.verdict import make_person_verdict
from edgefill.packs.pack import Pack
from edgefill.release.manifest import Release
from edgefill.store.memory import MemoryObjectStore
from lambdas.batch.release import describe_loss, describe_unread, publish_drafts, select_drafts

PRESENT: JudgingVersions = {"judge": "1"}
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
    assert select_drafts(catalogue, attempts, versions=PRESENT) == [texts[0]]


@pytest.mark.parametrize("version", ["2", ""])
def test_a_pass_of_another_judge_does_not_count(
    catalogue: Catalogue, drafted: Make, version: str
) -> None:
    """Nor does any judge's pass when none is configured; a person's does."""
    judged, read = drafted("greeting/en/gold"), drafted("greeting/de/gold", outcome="fail")
    read = read.add_verdicts(make_person_verdict("pass", reader="Ada", reason=""))
    attempts = {each.key: Attempts(candidates=(each,)) for each in (judged, read)}
    versions: JudgingVersions = {"judge": version}
    (draft,) = select_drafts(catalogue, attempts, versions=versions)
    assert (draft.key, draft.judgement) == (read.key, read.judgement)
    assert "the present judge reads 1 texts" in describe_unread(attempts, versions)
    assert ("no judge is configured" in describe_unread(attempts, versions)) is (version == "")


def test_nothing_is_unread_under_the_same_judge(drafted: Make) -> None:
    """A text without any verdict was not read by another judge either."""
    judged = drafted("greeting/en/gold")
    texts = (judged, replace(judged, verdicts=()))
    assert describe_unread({judged.key: Attempts(candidates=texts)}, PRESENT) == ""


def test_a_release_with_far_fewer_texts_is_described(catalogue: Catalogue, drafted: Make) -> None:
    """With both counts; not if there is no release before it, or if it cannot be read."""
    objects, keys = MemoryObjectStore(), list(catalogue.list_keys())

    def publish(count: int, second: int) -> Release:
        drafts = [drafted(key) for key in keys[:count]]
        now = NOON.replace(second=second)
        return publish_drafts(objects, catalogue=catalogue, drafts=drafts, now=now)

    all_texts = publish(6, 0)
    assert describe_loss(objects, all_texts) == ""
    assert describe_loss(objects, publish(5, 1)) == ""
    few = publish(1, 2)
    assert describe_loss(objects, few) == (
        f"{few.id} has 1 texts, {few.previous} before it has 5; `edgefill rollback` restores that "
        "one"
    )
    assert describe_loss(objects, replace(few, previous="gone")) == ""


def test_an_uncompilable_fallback_is_named(catalogue: Catalogue) -> None:
    """A hand-written text must compile, too."""
    entry = catalogue.entries["greeting"]
    broken = replace(entry, fallbacks={"en": "{{ name", "de": "Hallo"})
    wrong = replace(catalogue, entries={"greeting": broken})
    with pytest.raises(TemplateRefused, match=r"fallbacks/greeting/en\.txt:1:"):
        publish_drafts(MemoryObjectStore(), catalogue=wrong, drafts=[], now=NOON)
