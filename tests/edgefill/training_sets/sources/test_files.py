"""Examples from files of gold texts, samples and finished examples."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.judging.verdict import ScriptedJudge
from edgefill.training_sets.example import Example, example_to_json
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.sources.files import (
    list_fallback_examples,
    list_finished_examples,
    list_gold_examples,
    list_sample_examples,
)
from edgefill.training_sets.sources.proposal import ProposedExample, Rejection

GOOD = {
    "key": "pickup-ready/en/any",
    "text": "Order {{ order_id }}: ready in {{ store }}. Thank you.",
}
SAMPLE = GOOD | {"writer": "tiny_model-onnx"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of JSON Lines."""

    def write_lines(*rows: dict[str, Any]) -> Path:
        file = tmp_path / "texts.jsonl"
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return file

    return write_lines


def test_every_fallback_of_the_demo_shop_is_a_gold_text(maker: ExampleMaker) -> None:
    """They are by people, in every language, and the lint refuses none."""
    proposals = list(list_fallback_examples(maker))
    assert [each for each in proposals if isinstance(each, Rejection)] == []
    assert len(proposals) == len(maker.catalogue.list_drafted_entries()) * 2
    assert all(isinstance(each, ProposedExample) and each.example.is_real for each in proposals)


def test_a_gold_text_is_by_a_person(maker: ExampleMaker, write: Callable[..., Path]) -> None:
    """Its place is its line."""
    file = write(GOOD)
    [proposal] = list_gold_examples(file, maker)
    assert isinstance(proposal, ProposedExample)
    assert (proposal.place, proposal.example.is_real) == (f"{file}:1", True)
    assert proposal.example.verdict.judge == "person"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"text": "Order {{ parcel }}."}, "parcel"),
        ({"key": "gone/en/any"}, "gone/en/any is not a key of the catalogue"),
        ({"key": "order-delayed-sms/en/any.any"}, "has no prompt of its own"),
        ({"tone": "warm"}, "'tone' is unknown"),
    ],
)
def test_a_bad_gold_text_is_refused_with_its_line(
    row: dict[str, Any], problem: str, maker: ExampleMaker, write: Callable[..., Path]
) -> None:
    """Somebody wrote it by hand and can mend it."""
    file = write(GOOD, GOOD | row)
    with pytest.raises(InputRefused) as refused:
        list(list_gold_examples(file, maker))
    assert str(refused.value).startswith(f"{file}:2: ")
    assert problem in str(refused.value)


def test_only_samples_that_lint_and_judge_pass_are_examples(
    maker: ExampleMaker, write: Callable[..., Path]
) -> None:
    """Their cached log-probabilities stay with them; the others are counted by rule."""
    top = {"vocabulary": "a" * 64, "tokens": [3], "top": [[[3, -0.1], [4, -2.5]]]}
    texts = ("Order {{ order_id }} is in {{ store }}. Bad.", "Order {{ order_id }}, {{ parcel }}.")
    file = write(
        SAMPLE | {"log_probabilities": top}, *(SAMPLE | {"text": text} for text in texts),
        SAMPLE | {"text": "Order {{ order_id }} is in {{ store }}. Odd."},
    )  # fmt: skip
    judge = ScriptedJudge(outcomes={"Bad.": "fail", "Odd.": "unscored"})
    first, *rest = list_sample_examples(file, judge, maker)
    assert isinstance(first, ProposedExample)
    assert first.example.log_probabilities is not None
    assert first.example.log_probabilities.top == (((3, -0.1), (4, -2.5)),)
    assert [each.rule for each in rest if isinstance(each, Rejection)] == [
        "judge", "undeclared-slot", "unscored",
    ]  # fmt: skip


@pytest.mark.parametrize("writer", ["", "person"])
def test_a_sample_names_its_model(
    writer: str, maker: ExampleMaker, write: Callable[..., Path]
) -> None:
    """A teacher's text must not count as a person's."""
    file = write(SAMPLE | {"writer": writer})
    with pytest.raises(InputRefused, match="'writer' must name the model"):
        list(list_sample_examples(file, ScriptedJudge(), maker))


def test_finished_examples_come_as_they_are(
    make_example: Callable[..., Example], write: Callable[..., Path]
) -> None:
    """So other skills, such as extraction, have a way in."""
    example = make_example(skill="extraction", source="gold", privacy="invented")
    [proposal] = list_finished_examples(write(example_to_json(example)))
    assert isinstance(proposal, ProposedExample)
    assert proposal.example == example
