"""The one format of examples."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.journal.json_lines import read_json_lines
from edgefill.judging.verdict import Verdict, make_person_verdict
from edgefill.training_sets.example import (
    Example,
    ExampleVerdict,
    example_from_json,
    example_to_json,
    summarize_verdict,
)
from edgefill.training_sets.top_log_probabilities import TopLogProbabilities

WORDS = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
CHOICE = st.tuples(st.integers(0, 2**31), st.floats(-50, -5))
CHOICES = st.lists(CHOICE, min_size=1, max_size=5, unique_by=lambda each: each[0]).map(tuple)
TOPS = st.lists(CHOICES, min_size=1, max_size=4).map(
    lambda top: TopLogProbabilities(
        vocabulary="0" * 64, tokens=tuple(range(len(top))), top=tuple(top)
    )
)
EXAMPLES = st.builds(
    Example,
    key=st.just(Key(experience="welcome", locale="de", case="any")),
    combination=WORDS,
    skill=st.sampled_from(["writing", "revision", "summary", "extraction"]),
    prompt=WORDS,
    answer=WORDS,
    source=st.sampled_from(["journal", "review", "overlay", "gold", "samples"]),
    writer=WORDS,
    verdict=st.builds(
        ExampleVerdict,
        outcome=st.sampled_from(["pass", "fail"]),
        judge=WORDS,
        version=WORDS,
        probability=st.none() | st.floats(0, 1),
    ),
    licence=WORDS,
    privacy=st.just("slots"),
    weight=st.floats(0.001, 100),
    log_probabilities=st.none() | TOPS,
)


@given(EXAMPLES)
def test_an_example_comes_back_from_its_line(example: Example) -> None:
    """Every field survives JSON, log-probabilities included."""
    assert example_from_json(json.loads(json.dumps(example_to_json(example)))) == example


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"skill": "singing"}, "'skill' is 'singing'; choose writing, revision"),
        ({"weight": 0}, "'weight' is 0.0; give more than 0"),
        ({"weight": "1"}, "'weight' is of the type str"),
        ({"answer": " "}, "'answer' is empty"),
        ({"key": "welcome"}, "not a key: 'welcome'"),
        ({"privacy": "invented"}, "only the source 'gold'"),
        ({"reader": "somebody"}, "'reader' is unknown"),
        ({"verdict": {"outcome": "maybe", "judge": "small"}}, "'verdict.outcome' is 'maybe'"),
        ({"verdict": {"outcome": "pass", "judge": "j", "probability": 2}}, "not between 0 and 1"),
        ({"log_probabilities": {"vocabulary": "x", "tokens": [1], "top": []}}, "'vocabulary'"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(
    change: dict[str, Any], problem: str, tmp_path: Path, make_example: Callable[..., Example]
) -> None:
    """The message has file, line and member."""
    good = example_to_json(make_example())
    file = tmp_path / "set.jsonl"
    file.write_text(f"{json.dumps(good)}\n\n{json.dumps(good | change)}\n")
    with pytest.raises(InputRefused) as refused:
        read_json_lines(file, example_from_json)
    assert str(refused.value).startswith(f"{file}:3: ")
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("top", "problem"),
    [
        ([[[1, 0.5]]], "above 0"),
        ([[[1, -0.1], [2, -0.1]]], "more than 1 together"),
        ([[[1, -1.0], [1, -2.0]]], "one twice"),
        ([[[1, -1.0]], [[1, -1.0]]], "2 positions for 1 'tokens'"),
        ([[[-1, -1.0]]], "token ids"),
        ([[1]], r"\[token id, log-probability\]"),
    ],
)
def test_impossible_log_probabilities_are_refused(
    top: list[Any], problem: str, make_example: Callable[..., Example]
) -> None:
    """Positive, repeated, missing and too probable ones, as a wrong unit or a shift gives."""
    data = {"vocabulary": "a" * 64, "tokens": [5], "top": top}
    with pytest.raises((ValueError, TypeError), match=problem):
        example_from_json(example_to_json(make_example()) | {"log_probabilities": data})


def test_a_verdict_of_a_person_has_no_name_and_no_reason() -> None:
    """The reader's name is personal data; a model's version is not."""
    verdict = make_person_verdict("pass", reader="Ada", reason="Ada likes it")
    assert summarize_verdict(verdict) == ExampleVerdict(outcome="pass", judge="person")
    by_model = Verdict(outcome="fail", reason="r", judge="small", version="7", probability=0.1)
    assert summarize_verdict(by_model).version == "7"


def test_an_unscored_text_is_no_example() -> None:
    """Nobody has decided about it."""
    verdict = Verdict(outcome="unscored", reason="r", judge="small", version="7")
    with pytest.raises(ValueError, match="unscored"):
        summarize_verdict(verdict)
