"""What the first teacher composes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lambdas.catalogue.catalogue import Catalogue
from lambdas.catalogue.loader import load_catalogue
from lambdas.compiler.compile import refusals
from lambdas.core.keys import Key
from training.bank import slots_in
from training.corpus import combinations, split
from training.teacher import compose

CATALOGUE = Path(__file__).parents[2] / "templates" / "catalogue"


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return load_catalogue(CATALOGUE)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_composed_text_compiles(shop: Catalogue, locale: str) -> None:
    """In every combination, with the whole lint: the model learns from nothing that is refused."""
    dice = random.Random(locale)
    for combination in combinations(shop):
        experience = shop.entry(combination.experience).experience
        key = Key(experience=experience.id, locale=locale, case=combination.case)
        text = compose(experience, key, combination.tone, dice)
        found = refusals(text, experience=experience, locale=locale, name=str(key))
        assert not found, f"{text}\n{found[0]}"


def test_a_text_uses_every_required_slot(shop: Catalogue) -> None:
    """Required slots are always there; another roll of the dice gives another text."""
    key = Key(experience="order-delayed", locale="de", case="gold.any")
    experience = shop.entry(key.experience).experience
    texts = {compose(experience, key, "warm", random.Random(seed)) for seed in range(20)}
    assert len(texts) > 10
    assert all({"name", "order_id"} <= slots_in(text) for text in texts)


def test_a_tenth_is_held_out(shop: Catalogue) -> None:
    """Every combination is either taught or held out, the same ones each time."""
    taught, held_out = split(shop)
    every = combinations(shop)
    assert len(held_out) == round(len(every) / 10)
    assert set(taught) | set(held_out) == set(every)
    assert split(shop) == (taught, held_out)


def test_slots_are_found_wherever_they_stand() -> None:
    """In expressions, conditions and loops; loop variables and `loop` are no slots."""
    text = (
        "{{ a | date }}{% if b is defined %}x{% endif %}{% if not c %}y{% endif %}"
        "{% for i in d %}{{ i.e }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )
    assert slots_in(text) == {"a", "b", "c", "d"}
