"""Examples from the overlay."""

from __future__ import annotations

from dataclasses import replace

from edgefill.compiler import CompiledTemplate
from edgefill.core.keys import Key, parse_key
from edgefill.judging.accepted_template import AcceptedTemplate, Provenance
from edgefill.judging.verdict import Verdict, make_person_verdict
from edgefill.packs.layout import overlay_key
from edgefill.release.overlay import write_overlay
from edgefill.store.memory import MemoryObjectStore
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.sources.overlay import list_overlay_examples
from edgefill.training_sets.sources.proposal import ProposedExample, Rejection

KEY = parse_key("pickup-ready/en/any")
ACCEPTED = AcceptedTemplate(
    compiled=CompiledTemplate(
        program={}, text="Order {{ order_id }}: ready in {{ store }}. Thank you.", max_bytes=99
    ),
    verdict=Verdict(outcome="pass", reason="r", judge="small", version="1"),
    provenance=Provenance(origin="draft", model="tiny_model-onnx"),
)


def version_of(maker: ExampleMaker, key: Key = KEY) -> str:
    return maker.catalogue.entry(key.experience).experience.version


def test_what_a_miss_wrote_back_is_an_example(maker: ExampleMaker) -> None:
    """With its writer and its judge."""
    objects = MemoryObjectStore()
    write_overlay(objects, KEY, ACCEPTED, version=version_of(maker))
    [proposal] = list_overlay_examples(objects, maker)
    assert isinstance(proposal, ProposedExample)
    assert (proposal.example.source, proposal.example.writer) == ("overlay", "tiny_model-onnx")
    assert proposal.example.verdict.judge == "small"


def test_what_a_person_wrote_there_is_real(maker: ExampleMaker) -> None:
    """`edgefill review pass --text` of a held text."""
    objects = MemoryObjectStore()
    own = replace(
        ACCEPTED,
        verdict=make_person_verdict("pass", reader="Ada", reason="mine"),
        provenance=Provenance(origin="person", model=""),
    )
    write_overlay(objects, KEY, own, version=version_of(maker))
    [proposal] = list_overlay_examples(objects, maker)
    assert isinstance(proposal, ProposedExample)
    assert (proposal.example.source, proposal.example.is_real) == ("review", True)


def test_other_texts_are_counted_by_what_they_lack(maker: ExampleMaker) -> None:
    """None of them stops the build."""
    objects = MemoryObjectStore()
    sms = parse_key("order-delayed-sms/en/any.any")
    broken = replace(ACCEPTED, compiled=replace(ACCEPTED.compiled, text="Order {{ parcel }}."))
    for key, accepted, version in (
        (KEY, ACCEPTED, "old"),
        (parse_key("pickup-ready/de/any"), broken, version_of(maker)),
        (parse_key("gone/en/any"), ACCEPTED, "1"),
        (sms, ACCEPTED, version_of(maker, sms)),
    ):
        write_overlay(objects, key, accepted, version=version)
    objects.put(overlay_key(parse_key("welcome/en/any")), b"[", cache_control="private")
    rejections = {
        each.place: each.rule
        for each in list_overlay_examples(objects, maker)
        if isinstance(each, Rejection)
    }
    assert rejections == {
        "gone/en/any": "unknown-key",
        "order-delayed-sms/en/any.any": "no-source-text",
        "pickup-ready/de/any": "undeclared-slot",
        "pickup-ready/en/any": "other-version",
        "welcome/en/any": "damaged",
    }
