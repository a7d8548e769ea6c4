"""Examples from a drafting run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from edgefill.core.errors import CatalogueRefused
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Outcome, Verdict, make_person_verdict
from edgefill.training_sets.example import Example
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.sources.journal import list_journal_examples
from edgefill.training_sets.sources.proposal import ProposedExample, Rejection

KEY = parse_key("pickup-ready/en/any")
GOOD = "Order {{ order_id }}: ready in {{ store }}. Thank you."
OTHER = "Your order {{ order_id }} waits for you in {{ store }}."
REFUSED = "Order {{ order_id }}: ready in {{ store }}. Order {{ parcel }} too."
LONG = parse_key("order-delayed/en/any.any")
SHORT = parse_key("order-delayed-sms/en/any.any")


def judge(outcome: Outcome) -> Verdict:
    return Verdict(outcome=outcome, reason="too vague", judge="small", version="1")


def write(text: str, *verdicts: Verdict, key: Key = KEY, **fields: Any) -> Candidate:
    fields = {"origin": "draft", "model": "tiny_model-onnx"} | fields
    return Candidate(key=key, text=text, provenance=Provenance(**fields), verdicts=verdicts)


def list_examples(maker: ExampleMaker, *candidates: Candidate) -> list[Example]:
    proposals = list(list_journal_examples(group(candidates), maker))
    assert not [each for each in proposals if isinstance(each, Rejection)]
    return [each.example for each in proposals if isinstance(each, ProposedExample)]


def group(candidates: Sequence[Candidate]) -> dict[Key, Attempts]:
    keys = dict.fromkeys(each.key for each in candidates)
    return {
        key: Attempts(candidates=tuple(each for each in candidates if each.key == key))
        for key in keys
    }


def test_an_accepted_draft_answers_the_prompt_of_its_key(maker: ExampleMaker) -> None:
    """Texts that the judge failed or could not score are left out."""
    [example] = list_examples(
        maker, write(OTHER, judge("fail")), write(OTHER, judge("unscored")), write(OTHER),
        write(GOOD, judge("pass")),
    )  # fmt: skip
    tone = maker.catalogue.entry("pickup-ready").tone_of("any")
    assert example.prompt == maker.prompts.render_draft(maker.catalogue, KEY, tone)
    assert (example.answer, example.skill, example.source) == (GOOD, "writing", "journal")
    assert (example.writer, example.licence) == ("tiny_model-onnx", "Apache-2.0")
    assert example.combination == "pickup-ready/any"


def test_a_revision_also_answers_the_prompt_with_the_fault(maker: ExampleMaker) -> None:
    """The fault is what the checks or the judge said of the text before it."""
    for parent, fault in ((write(REFUSED), "parcel"), (write(OTHER, judge("fail")), "too vague")):
        revision = write(GOOD, judge("pass"), origin="revision", parent=parent.digest)
        writing, revised = list_examples(maker, parent, revision)
        assert (writing.skill, revised.skill) == ("writing", "revision")
        assert f"Your last answer: {parent.text}" in revised.prompt
        assert fault in revised.prompt


def test_a_correction_is_by_a_person(maker: ExampleMaker) -> None:
    """It is real, has no name, and answers the prompt with the fault of what it replaced."""
    held = write(OTHER, judge("unscored"), make_person_verdict("fail", reader="Ada", reason="dull"))
    passed = make_person_verdict("pass", reader="Ada", reason="mine")
    own = write(GOOD, passed, origin="person", model="", parent=held.digest)
    failed, writing, revised = list_examples(maker, held, own)
    assert (failed.verdict.outcome, failed.is_real, failed.source) == ("fail", False, "review")
    assert (writing.is_real, writing.source, writing.weight) == (True, "review", 3.0)
    assert "It was refused: dull" in revised.prompt
    assert "Ada" not in f"{failed} {writing} {revised}"


def test_a_derived_text_summarises_its_source(maker: ExampleMaker) -> None:
    """It is in the split of its source's combination, whose text is in its prompt."""
    source = write("<p>Order {{ order_id }} is late, {{ name }}.</p>", judge("pass"), key=LONG)
    short = write(
        "Order {{ order_id }} is late, {{ name }}.",
        judge("pass"), key=SHORT, origin="transform", model="extract", parent=source.digest,
    )  # fmt: skip
    example = list_examples(maker, source, short)[-1]
    assert (example.skill, example.combination) == ("summary", "order-delayed/any.any")
    assert "Order {{ order_id }} is late, {{ name }}.</p>" in example.prompt


def test_a_derived_text_without_its_source_is_counted(maker: ExampleMaker) -> None:
    """Journals before this version do not name the source."""
    short = write(
        "Order {{ order_id }} is late, {{ name }}.", judge("pass"), key=SHORT, model="extract"
    )
    [rejection] = list_journal_examples(group([short]), maker)
    assert rejection == Rejection(source="journal", place=f"{SHORT}, text 0", rule="no-source-text")


def test_a_text_that_the_present_lint_refuses_is_counted(maker: ExampleMaker) -> None:
    """By the rule that it breaks."""
    [rejection] = list_journal_examples(group([write(REFUSED, judge("pass"))]), maker)
    assert isinstance(rejection, Rejection)
    assert rejection.rule == "undeclared-slot"


def test_a_writer_without_a_licence_stops_the_build(maker: ExampleMaker) -> None:
    """Its texts are not taught until somebody says that they may be."""
    with pytest.raises(CatalogueRefused, match="'gpt-x' is missing; declare the licence"):
        list_examples(maker, write(GOOD, judge("pass"), model="gpt-x"))
