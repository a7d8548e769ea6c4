"""The catalogue answers questions about its experiences and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import UnknownExperience
from edgefill.core.keys import parse_key

if TYPE_CHECKING:
    from tests.edgefill.catalogue.conftest import Write


def test_keys_cover_every_experience_locale_and_case(write: Write) -> None:
    """They come in declared order."""
    keys = load_catalogue(write()).list_keys()
    assert [str(key) for key in keys] == [
        "hello/en/gold.new",
        "hello/en/gold.any",
        "hello/en/any.any",
        "hello/de/gold.new",
        "hello/de/gold.any",
        "hello/de/any.any",
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("hello/de/gold.new", True),
        ("hello/fr/gold.new", False),
        ("hello/de/basic.new", False),
        ("goodbye/de/any.any", False),
    ],
)
def test_a_catalogue_has_the_keys_that_it_writes(write: Write, path: str, expected: bool) -> None:
    """Experience, locale and case must be declared."""
    assert load_catalogue(write()).has(parse_key(path)) is expected


def test_tones_alternate_over_cases(write: Write) -> None:
    """A key's tone depends only on its case; an unwritten case has the first tone."""
    catalogue = load_catalogue(write())
    tones = [catalogue.entry(key.experience).tone_of(key.case) for key in catalogue.list_keys()]
    assert tones == ["warm", "crisp", "warm"] * 2
    assert catalogue.entry("hello").tone_of("basic.old") == "warm"


def test_an_unknown_experience_is_refused(write: Write) -> None:
    """The error names the experience."""
    with pytest.raises(UnknownExperience, match="'goodbye'"):
        load_catalogue(write()).entry("goodbye")


def test_phrases_for_other_cases_are_those_of_unstated_values(write: Write) -> None:
    """`any`, and a dimension that the experience does not distinguish, state no value."""
    words = "words: {basic: {en: [basic], de: []}, gold: {en: [gold], de: [Gold]}}"
    axis = "tier: {values: [basic, gold], default: basic"
    entry = load_catalogue(write("shop.yaml", axis, f"{axis}, {words}")).entry("hello")

    def list_values(case: str, locale: str = "en") -> list[str]:
        return [each.value for each in entry.phrases_for_other_cases(locale, case)]

    assert list_values("gold.new") == ["basic"]
    assert list_values("any.any") == list_values("any") == ["basic", "gold"]
    assert [each.phrases for each in entry.phrases_for_other_cases("de")] == [(), ("Gold",)]
    assert list_values("any", "fr") == []
