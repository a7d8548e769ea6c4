"""Training examples are reproducible and leave the held-out combinations out."""

from itertools import islice
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from training.corpus.examples import (
    ANSWERS,
    generate_examples,
    list_combinations,
    list_held_out,
    list_training_combinations,
)

PROMPTS = Path(__file__).parents[3] / "templates" / "prompts"


def test_a_tenth_is_held_out(shop: Catalogue) -> None:
    """Training has no held-out combination, in a written case or in an undeclared one."""
    held_out = {str(combination) for combination in list_held_out(shop)}
    written, undeclared = list_training_combinations(shop)
    assert len(held_out) == round(len(list_combinations(shop)) / 10)
    assert len(held_out) + len(written) == len(list_combinations(shop))
    assert not held_out & {str(combination) for combination in (*written, *undeclared)}


def test_a_seed_gives_the_same_examples(shop: Catalogue) -> None:
    """Every example has several answers."""
    prompts, lists = PromptTemplates.load(PROMPTS), list_training_combinations(shop)
    first, second = (
        list(islice(generate_examples(shop, prompts, lists, seed=7), 30)) for _ in range(2)
    )
    assert first == second
    assert all(len(example.answers) == ANSWERS for example in first)
