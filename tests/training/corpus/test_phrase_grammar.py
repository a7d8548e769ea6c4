"""The first teacher composes templates that the compiler accepts."""

import random
import re

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import find_refusals
from edgefill.core.keys import Key
from training.corpus.examples import list_combinations
from training.corpus.phrase_bank import find_slots
from training.corpus.phrase_grammar import compose_template


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_composed_text_compiles(shop: Catalogue, locale: str) -> None:
    """This holds for every combination, with the whole lint."""
    rng = random.Random(locale)
    for combination in list_combinations(shop):
        experience = combination.experience
        key = Key(experience=experience.id, locale=locale, case=combination.case)
        text = compose_template(experience, key, combination.tone, rng)
        entry = shop.entry(experience.id)
        refusals = find_refusals(
            text,
            experience=experience,
            locale=locale,
            name=str(key),
            other_case_phrases=entry.phrases_for_other_cases(locale, combination.case),
        )
        assert not refusals, f"{text}\n{refusals[0]}"


def test_a_text_uses_every_required_slot(shop: Catalogue) -> None:
    """Different seeds give different texts, each with the required slots."""
    key = Key(experience="order-delayed", locale="de", case="gold.any")
    experience = shop.entry(key.experience).experience
    texts = {compose_template(experience, key, "warm", random.Random(seed)) for seed in range(20)}
    assert len(texts) > 10
    assert all({"name", "order_id"} <= find_slots(text) for text in texts)


def test_no_text_says_a_striking_word_twice(shop: Catalogue) -> None:
    """Sentences that are fine apart ("Treasure ahead", "There is treasure ahead") do not meet."""
    rng = random.Random(1)
    experience = shop.entry("recommendations").experience
    key = Key(experience=experience.id, locale="en", case="active.any")
    texts = [compose_template(experience, key, "playful", rng).lower() for _ in range(200)]
    assert {text.count("treasure") for text in texts} == {0, 1}


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_total_follows_what_it_sums_up(shop: Catalogue, locale: str) -> None:
    """It sums up the list of the cart, so no other sentence stands between them."""
    rng = random.Random(locale)
    experience = shop.entry("cart-reminder").experience
    key = Key(experience=experience.id, locale=locale, case="active.any")
    texts = [compose_template(experience, key, tone, rng) for tone in shop.tones for _ in range(50)]
    between = {
        re.sub("<.*?>", "", text.split("{% endfor %}")[-1].split("{% if total is defined %}")[0])
        for text in texts
        if "{% if total" in text
    }
    assert {each.strip(". ") for each in between} == {""}
