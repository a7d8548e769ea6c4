"""Publishing drafts as a release."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import TemplateRefused
from edgefill.drafting.attempts import FinishedDraft
from edgefill.packs.pack import Pack
from edgefill.store.memory import MemoryObjectStore
from lambdas.batch.release import publish_drafts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Make = Callable[..., FinishedDraft]


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


def test_an_uncompilable_fallback_is_named(catalogue: Catalogue) -> None:
    """A hand-written text must compile, too."""
    entry = catalogue.entries["greeting"]
    broken = replace(entry, fallbacks={"en": "{{ name", "de": "Hallo"})
    wrong = replace(catalogue, entries={"greeting": broken})
    with pytest.raises(TemplateRefused, match=r"fallbacks/greeting/en\.txt:1:"):
        publish_drafts(MemoryObjectStore(), catalogue=wrong, drafts=[], now=NOON)
