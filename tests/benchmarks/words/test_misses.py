"""Which keys are missed, and what the visitors' waits are."""

from __future__ import annotations

from pathlib import Path

from benchmarks.words.miss_path import SETTINGS
from benchmarks.words.misses import (
    DEADLINE_S,
    MissRun,
    describe_misses,
    list_missable_keys,
    split_rounds,
)
from edgefill.catalogue.loader import load_catalogue
from lambdas.api.settings import ApiSettings

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "templates" / "catalogue")


def test_the_bar_is_the_apis_own_deadline() -> None:
    assert ApiSettings.model_validate(SETTINGS).deadline_s == DEADLINE_S


def test_keys_that_need_another_text_or_a_question_are_not_missed() -> None:
    """The rest are missed in the same order each time."""
    keys = list_missable_keys(CATALOGUE)
    assert {"answer", "order-delayed-sms"}.isdisjoint(key.experience for key in keys)
    assert keys == list_missable_keys(CATALOGUE)


def test_no_key_is_missed_twice_in_a_round() -> None:
    keys = list_missable_keys(CATALOGUE)[:4]
    assert split_rounds(keys, 10) == [keys, keys, keys[:2]]
    assert split_rounds(keys, 3) == [keys[:3]]


def test_the_waits_are_compared_with_the_deadline() -> None:
    run = MissRun(seconds=(1.0,) * 9 + (20.0,), outcomes=("generated",) * 10, judge_s=2.9)
    figures = {each.name: each for each in describe_misses(run)}
    assert figures["a visitor's wait, p50"].value == 1.0
    assert figures["a visitor's wait, p95"].state == "missed"
    assert figures["a visitor's wait, max"].state == ""
    assert figures["generated"].value == 1.0
    assert figures["the judge's share of the time"].value == 2.9 / 29
