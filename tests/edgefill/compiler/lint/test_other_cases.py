"""Cases: a text tells nobody what is true of others."""

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
def test_words_of_another_case_are_refused(experience: Make, text: str, column: int) -> None:
    """Whole, in any case, over line ends and before a hyphen; the value is named."""
    made = experience("text")
    found = find_refusals(text, experience=made, locale="de", name="t", other_case_phrases=GOLD)
    assert (found[0].column, found[0].rule) == (column, "other-case") or column == 4
    assert "tier gold" in found[0].reason


@pytest.mark.parametrize(
    "text", ["golden", "marigold", "{{ tier }}", "{% if tier == 'gold' %}{% endif %}"]
)
def test_words_that_only_hold_them_pass(experience: Make, text: str) -> None:
    """Parts of words, slots and tests are no text."""
    made = experience("text")
    assert (
        find_refusals(text, experience=made, locale="de", name="t", other_case_phrases=GOLD) == []
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
def test_the_shops_words_for_others(key: str, text: str) -> None:
    """What was said to the wrong customers is refused."""
    assert "other-case" in rules(key, text)


@pytest.mark.parametrize(("key", "text"), RIGHT)
def test_the_shops_ordinary_words(key: str, text: str) -> None:
    """What the case states may be said, and so may common words in another sense."""
    assert "other-case" not in rules(key, text)


def rules(path: str, text: str) -> set[str]:
    key = parse_key(path)
    other_case_phrases = SHOP.phrases_for_other_cases(key.experience, key.locale, key.case)
    made = SHOP.entry(key.experience).experience
    found = find_refusals(
        text, experience=made, locale=key.locale, name=path, other_case_phrases=other_case_phrases
    )
    return {error.rule for error in found}
