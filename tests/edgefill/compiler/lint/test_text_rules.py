"""A text must not contain phrases that address visitors of other cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience
from edgefill.core.keys import parse_key

Make = Callable[..., Experience]
SHOP = load_catalogue(Path(__file__).parents[4] / "templates" / "catalogue")
GOLD = (CasePhrase(dimension="tier", value="gold", phrases=("gold", "a gold  member")),)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("As a gold member", 6),
        ("GOLD first", 1),
        ("Als Gold-Mitglied", 5),
        ("<b>gold</b>", 4),
        ("so a gold\nmember", 4),
        ("{% if vip %}gold{% endif %}", 13),
    ],
)
def test_phrases_for_another_case_are_refused(
    make_experience: Make, text: str, column: int
) -> None:
    """They are found in upper or lower case, across line ends and before a hyphen."""
    experience = make_experience("text")
    refusals = find_refusals(
        text, experience=experience, locale="de", name="t", other_case_phrases=GOLD
    )
    assert (refusals[0].column, refusals[0].rule) == (column, "other-case") or column == 4
    assert "tier gold" in refusals[0].reason


@pytest.mark.parametrize(
    "text", ["golden", "marigold", "{{ tier }}", "{% if tier == 'gold' %}{% endif %}"]
)
def test_words_that_contain_a_phrase_pass(make_experience: Make, text: str) -> None:
    """Parts of words, slots and tests are not phrases."""
    experience = make_experience("text")
    assert (
        find_refusals(text, experience=experience, locale="de", name="t", other_case_phrases=GOLD)
        == []
    )


WRONG = [
    ("recommendations/en/new.any", "As a silver member you go first."),
    ("flash-sale/en/active.gold", "Thank you for being a silver member."),
    ("flash-sale/de/any.any", "Als Silber-Mitglied bist du uns wichtig."),
    ("delivery-slot/de/any", "Als Gold-Mitglied kannst du die Zeit ändern."),
    ("review-request/de/new", "Wie schön, dass du nach einer Weile wieder hier bist."),
    ("account-security/en/any", "Welcome back!"),
]
RIGHT = [
    ("flash-sale/en/active.gold", "Gold goes first, gold members."),
    ("flash-sale/de/any.any", "Neue Ware ist da, und du bist neugierig."),
    ("recommendations/en/new.any", "New arrivals, your first order, active wear, a silvery sea."),
    ("recommendations/en/lapsed.any", "Welcome back: much is new since you were last here."),
    ("review-request/en/any", "Come back soon, we miss nothing new, it takes a while."),
]


@pytest.mark.parametrize(("key", "text"), WRONG)
def test_the_shops_phrases_are_refused_in_other_cases(key: str, text: str) -> None:
    """Each of these texts addresses the wrong customers."""
    assert "other-case" in find_rules(key, text)


@pytest.mark.parametrize(("key", "text"), RIGHT)
def test_the_shops_ordinary_words_pass(key: str, text: str) -> None:
    """Phrases of the own case and common words in another sense are allowed."""
    assert "other-case" not in find_rules(key, text)


def find_rules(path: str, text: str) -> set[str]:
    key = parse_key(path)
    entry = SHOP.entry(key.experience)
    refusals = find_refusals(
        text,
        experience=entry.experience,
        locale=key.locale,
        name=path,
        other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
    )
    return {error.rule for error in refusals}
