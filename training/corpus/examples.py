"""Generates endless training examples from the catalogue: a prompt with several good answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates, describe_case
from edgefill.core.cases import ANY, Dimension, generate_combinations
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.value import replace as replace_fields
from training.corpus.augmentation import corrupt_text, rename_slot, vary_slots
from training.corpus.phrase_grammar import compose_template

# answers to one prompt, which share its tokens in training
ANSWERS = 5
# the share of examples that ask to revise a refused text
REVISED = 0.08
# the share of examples with a slot under another name
RENAMED = 0.2
# the share of combinations that training never sees
HELD_OUT = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What a text is written for, the same in every locale."""

    experience: Experience
    case: str
    tone: str

    def __str__(self) -> str:
        """As in a prompt: two combinations with the same string have the same prompt."""
        return f"{self.experience.id}: {describe_case(self.experience, self.case)}: {self.tone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExample:
    """A prompt and answers to it."""

    prompt: str
    answers: tuple[str, ...]


def list_combinations(catalogue: Catalogue) -> list[Combination]:
    """Every experience in every written case and every tone of the shop."""
    return [
        Combination(experience=entry.experience, case=case, tone=tone)
        for entry in catalogue.list_drafted_entries()
        for case in entry.experience.cases.names
        for tone in catalogue.tones
    ]


def list_held_out(catalogue: Catalogue) -> list[Combination]:
    """A tenth of the combinations, the same on every machine; training never sees their prompts."""
    ranked = sorted(list_combinations(catalogue), key=lambda c: sha256(str(c).encode()).digest())
    return ranked[: round(len(ranked) * HELD_OUT)]


def list_training_combinations(
    catalogue: Catalogue,
) -> tuple[list[Combination], list[Combination]]:
    """All other combinations, and the same experiences in cases that the catalogue does not have.

    The latter, over all of the shop's dimensions, teach the model to combine what it knows of an
    experience, a case and a tone.
    """
    held_out = {str(combination) for combination in list_held_out(catalogue)}
    undeclared = [
        Combination(experience=experience, case=case, tone=tone)
        for experience in _widen_experiences(catalogue)
        for case in generate_combinations(experience.cases.dimensions)
        for tone in catalogue.tones
    ]
    return (
        [c for c in list_combinations(catalogue) if str(c) not in held_out],
        [c for c in undeclared if str(c) not in held_out],
    )


def generate_examples(
    catalogue: Catalogue,
    prompts: PromptTemplates,
    lists: tuple[list[Combination], ...],
    *,
    seed: int,
) -> Iterator[TrainingExample]:
    """Endless examples, equally often from each of the lists; a seed always gives the same ones."""
    rng = random.Random(seed)
    while True:
        yield _make_example(catalogue, prompts, rng.choice(rng.choice(lists)), rng)


def _widen_experiences(catalogue: Catalogue) -> Iterator[Experience]:
    """The experiences over their own dimensions, then all others of the shop."""
    experiences = [entry.experience for entry in catalogue.list_drafted_entries()]
    of_shop = {d.name: d for experience in experiences for d in experience.cases.dimensions}
    for experience in experiences:
        cases = experience.cases
        dimensions = {d.name: d for d in cases.dimensions} | of_shop
        wide = tuple(
            Dimension(name=d.name, values=(ANY, *d.values), default=ANY)
            for d in dimensions.values()
        )
        yield replace_fields(experience, cases=replace_fields(cases, dimensions=wide))


def _make_example(
    catalogue: Catalogue, prompts: PromptTemplates, combination: Combination, rng: random.Random
) -> TrainingExample:
    locale, tone = rng.choice(catalogue.locales), combination.tone
    key = Key(experience=combination.experience.id, locale=locale, case=combination.case)
    experience = vary_slots(combination.experience, rng)
    texts = [compose_template(experience, key, tone, rng) for _ in range(ANSWERS)]
    if rng.random() < RENAMED:
        experience, texts = rename_slot(experience, texts, rng)
    varied = _replace_experience(catalogue, experience)
    if rng.random() < REVISED:
        corrupted = corrupt_text(texts[0], experience, locale, rng)
        if corrupted:
            prompt = prompts.render_revision(varied, key, tone, corrupted.text, corrupted.complaint)
            return TrainingExample(prompt=prompt, answers=tuple(texts))
    return TrainingExample(prompt=prompts.render_draft(varied, key, tone), answers=tuple(texts))


def _replace_experience(catalogue: Catalogue, experience: Experience) -> Catalogue:
    entry = replace(catalogue.entry(experience.id), experience=experience)
    return replace(catalogue, entries=catalogue.entries | {experience.id: entry})
