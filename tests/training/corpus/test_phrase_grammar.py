"""What the first teacher composes."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler.compile import find_refusals
from edgefill.core.keys import Key
from training.corpus.bank import slots_in
from training.corpus.examples import combinations, held_out, lessons, taught
from training.corpus.phrase_grammar import compose
from training.corpus.renaming import renamed

TEMPLATES = Path(__file__).parents[3] / "templates"


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return load_catalogue(TEMPLATES / "catalogue")


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_composed_text_compiles(shop: Catalogue, locale: str) -> None:
    """In every combination, with the whole lint: the model learns from nothing that is refused."""
    dice = random.Random(locale)
    for combination in combinations(shop):
        experience = combination.experience
        key = Key(experience=experience.id, locale=locale, case=combination.case)
        text = compose(experience, key, combination.tone, dice)
        found = find_refusals(text, experience=experience, locale=locale, name=str(key))
        assert not found, f"{text}\n{found[0]}"


def test_a_text_uses_every_required_slot(shop: Catalogue) -> None:
    """Required slots are always there; another roll of the dice gives another text."""
    key = Key(experience="order-delayed", locale="de", case="gold.any")
    experience = shop.entry(key.experience).experience
    texts = {compose(experience, key, "warm", random.Random(seed)) for seed in range(20)}
    assert len(texts) > 10
    assert all({"name", "order_id"} <= slots_in(text) for text in texts)


def test_a_tenth_is_held_out(shop: Catalogue) -> None:
    """No combination that is held out is taught, in a written case or in an undeclared one."""
    hidden = {str(combination) for combination in held_out(shop)}
    written, undeclared = taught(shop)
    assert len(hidden) == round(len(combinations(shop)) / 10)
    assert len(hidden) + len(written) == len(combinations(shop))
    assert not hidden & {str(combination) for combination in (*written, *undeclared)}


def test_a_seed_gives_the_same_lessons(shop: Catalogue) -> None:
    """Lessons are reproducible, and every one has several answers."""
    prompts = PromptTemplates.load(TEMPLATES / "prompts")
    first, again = (
        list(islice(lessons(shop, prompts, taught(shop), seed=7), 30)) for _ in range(2)
    )
    assert first == again
    assert all(len(lesson.answers) == 5 for lesson in first)


def test_renaming_changes_code_alone(shop: Catalogue) -> None:
    """A slot's new name stands in the declaration and wherever the text's code named it."""
    experience = shop.entry("welcome").experience
    text = "Your name, {{ name }}, {{ percent | number }}% at {{ shop_url }}"
    for seed in range(10):
        other, (changed,) = renamed(experience, [text], random.Random(seed))
        assert slots_in(changed) == {slot.name for slot in other.slots}
        assert changed.startswith("Your name, ")
        assert other.slots != experience.slots


def test_slots_are_found_wherever_they_stand() -> None:
    """In expressions, conditions and loops; loop variables and `loop` are no slots."""
    text = (
        "{{ a | date }}{% if b is defined %}x{% endif %}{% if not c %}y{% endif %}"
        "{% for i in d %}{{ i.e }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )
    assert slots_in(text) == {"a", "b", "c", "d"}
