from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import UnknownExperience
from edgefill.core.keys import Key

if TYPE_CHECKING:
    from tests.edgefill.catalogue.conftest import Write


def test_keys_are_every_experience_locale_and_case(write: Write) -> None:
    """Keys come in declared order."""
    keys = load_catalogue(write()).keys()
    assert [str(key) for key in keys] == [
        "hello/en/gold.new",
        "hello/en/gold.any",
        "hello/en/any.any",
        "hello/de/gold.new",
        "hello/de/gold.any",
        "hello/de/any.any",
    ]


def test_tones_take_turns(write: Write) -> None:
    """A key's tone depends on its case alone, the same in every locale."""
    catalogue = load_catalogue(write())
    tones = map(catalogue.tone, catalogue.keys())
    assert list(tones) == ["warm", "crisp", "warm"] * 2
    unwritten = Key(experience="hello", locale="en", case="basic.old")
    assert catalogue.tone(unwritten) == "warm"


def test_an_unknown_experience_is_refused(write: Write) -> None:
    """The refusal names what was asked for."""
    with pytest.raises(UnknownExperience, match="'goodbye'"):
        load_catalogue(write()).entry("goodbye")


def test_a_text_may_say_what_its_case_states_and_no_more(write: Write) -> None:
    """`any`, and a dimension that the experience does not distinguish, state no value."""
    words = "words: {basic: {en: [basic], de: []}, gold: {en: [gold], de: [Gold]}}"
    axis = "tier: {values: [basic, gold], default: basic"
    catalogue = load_catalogue(write("shop.yaml", axis, f"{axis}, {words}"))

    def other_case_phrases(case: str, locale: str = "en") -> list[str]:
        return [saying.value for saying in catalogue.phrases_for_other_cases("hello", locale, case)]

    assert other_case_phrases("gold.new") == ["basic"]
    assert other_case_phrases("any.any") == other_case_phrases("any") == ["basic", "gold"]
    assert [saying.phrases for saying in catalogue.phrases_for_other_cases("hello", "de")] == [
        (),
        ("Gold",),
    ]
    assert other_case_phrases("any", "fr") == []
