"""Examples from the overlay: texts that misses wrote back, and those that people passed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.keys import Key
from edgefill.judging.verdict import PERSON, verdict_from_json
from edgefill.packs.pack import Overlay
from edgefill.release.inventory import list_overlay_keys
from edgefill.release.overlay import read_overlay
from edgefill.store.objects import ObjectStore
from edgefill.training_sets.example import SourceName, summarize_verdict
from edgefill.training_sets.sources.example_maker import ExampleMaker, TemplateText
from edgefill.training_sets.sources.proposal import Proposal, ProposedExample, Rejection


def list_overlay_examples(objects: ObjectStore, maker: ExampleMaker) -> Iterator[Proposal]:
    """The examples of every key, in order; StoreUnavailable, CatalogueRefused.

    Rejected are damaged texts, those of other versions of their experience, those without a
    judge's pass, answers to free questions, whose question is not stored, and derived texts, whose
    source's text is not stored.
    """
    for key in sorted(list_overlay_keys(objects), key=str):
        try:
            overlay = read_overlay(objects, key)
            if overlay is not None:  # None: deleted meanwhile
                yield _propose(key, overlay, maker)
        except ObjectCorrupt:
            yield Rejection(source="overlay", place=str(key), rule="damaged")


def _propose(key: Key, overlay: Overlay, maker: ExampleMaker) -> Proposal:
    rule = _find_obstacle(key, overlay, maker)
    provenance: Mapping[str, Any] = overlay.provenance or {}
    if not rule:
        try:
            verdict = summarize_verdict(verdict_from_json(provenance.get("verdict")))
        except (ValueError, TypeError):
            rule = "no-verdict"
    if rule:
        return Rejection(source="overlay", place=str(key), rule=rule)
    if verdict.outcome != "pass":
        return Rejection(source="overlay", place=str(key), rule="judge")
    source: SourceName = "review" if verdict.judge == PERSON else "overlay"
    is_own = provenance.get("origin") == "person"
    text = TemplateText(
        key=key,
        text=overlay.text,
        source=source,
        writer=PERSON if is_own else overlay.model,
        verdict=verdict,
    )
    return ProposedExample(place=f"overlay {key}", example=maker.make_writing(text))


def _find_obstacle(key: Key, overlay: Overlay, maker: ExampleMaker) -> str:
    """The rule that a stored text breaks; "" for a text that can be an example."""
    entry = maker.catalogue.entries.get(key.experience)
    if entry is None or not maker.catalogue.has(key):
        return "unknown-key"
    if entry.experience.open:
        return "free-question"
    if entry.derived_from:
        return "no-source-text"
    if overlay.version != entry.experience.version:
        return "other-version"
    refusals = maker.find_refusals(key, overlay.text)
    return refusals[0].rule if refusals else ""
