"""Lessons: one prompt with several good answers, composed without end from the catalogue."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates, describe_case
from edgefill.core.cases import ANY, Dimension
from edgefill.core.cases import generate_combinations as products
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.value import replace as changed
from training.corpus.corruption import spoil
from training.corpus.phrase_grammar import compose, thinned
from training.corpus.renaming import renamed

ANSWERS = 5  # to one prompt: they share its tokens in training
REVISED = 0.08  # how many lessons ask to revise a refused text
RENAMED = 0.2  # how many have a slot under another name
HELD_OUT = 0.10  # of the combinations are never seen in training


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What a text is written for, in every locale alike."""

    experience: Experience
    case: str
    tone: str

    def __str__(self) -> str:
        """As a prompt tells it: two combinations with the same text have the same prompt."""
        return f"{self.experience.id}: {describe_case(self.experience, self.case)}: {self.tone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A prompt and answers to it."""

    prompt: str
    answers: tuple[str, ...]


def combinations(catalogue: Catalogue) -> list[Combination]:
    """Every experience in every written case and every tone of the shop."""
    return [
        Combination(experience=entry.experience, case=case, tone=tone)
        for entry in catalogue.list_closed_entries()
        for case in entry.experience.cases.names
        for tone in catalogue.tones
    ]


def held_out(catalogue: Catalogue) -> list[Combination]:
    """A tenth of the combinations, the same on every machine; training never sees their prompts."""
    ranked = sorted(combinations(catalogue), key=lambda c: sha256(str(c).encode()).digest())
    return ranked[: round(len(ranked) * HELD_OUT)]


def taught(catalogue: Catalogue) -> tuple[list[Combination], list[Combination]]:
    """The other combinations, and the same experiences in cases that nobody has declared.

    The latter, over all of the shop's dimensions, teach to put together what is known of an
    experience, a case and a tone.
    """
    hidden = {str(combination) for combination in held_out(catalogue)}
    written = combinations(catalogue)
    undeclared = [
        Combination(experience=experience, case=case, tone=tone)
        for experience in _widened(catalogue)
        for case in products(experience.cases.dimensions)
        for tone in catalogue.tones
    ]
    return (
        [c for c in written if str(c) not in hidden],
        [c for c in undeclared if str(c) not in hidden],
    )


def _widened(catalogue: Catalogue) -> Iterator[Experience]:
    """The experiences over their own dimensions, then all others of the shop."""
    experiences = [entry.experience for entry in catalogue.list_closed_entries()]
    known = {d.name: d for experience in experiences for d in experience.cases.dimensions}
    for experience in experiences:
        cases = experience.cases
        every = {d.name: d for d in cases.dimensions} | known
        wide = tuple(
            Dimension(name=d.name, values=(ANY, *d.values), default=ANY) for d in every.values()
        )
        yield changed(experience, cases=changed(cases, dimensions=wide))


def lessons(
    catalogue: Catalogue,
    prompts: PromptTemplates,
    among: tuple[list[Combination], ...],
    *,
    seed: int,
) -> Iterator[Lesson]:
    """Lessons without end, from each of the lists in `among` as often; the same for a seed."""
    dice = random.Random(seed)
    while True:
        yield _lesson(catalogue, prompts, dice.choice(dice.choice(among)), dice)


def _lesson(
    catalogue: Catalogue, prompts: PromptTemplates, combination: Combination, dice: random.Random
) -> Lesson:
    locale, tone = dice.choice(catalogue.locales), combination.tone
    key = Key(experience=combination.experience.id, locale=locale, case=combination.case)
    experience = thinned(combination.experience, dice)
    texts = [compose(experience, key, tone, dice) for _ in range(ANSWERS)]
    if dice.random() < RENAMED:
        experience, texts = renamed(experience, texts, dice)
    asked = _declaring(catalogue, experience)
    if dice.random() < REVISED:
        fault = spoil(texts[0], experience, locale, dice)
        if fault:
            prompt = prompts.render_revision(asked, key, tone, fault.text, fault.complaint)
            return Lesson(prompt=prompt, answers=tuple(texts))
    return Lesson(prompt=prompts.render_draft(asked, key, tone), answers=tuple(texts))


def _declaring(catalogue: Catalogue, experience: Experience) -> Catalogue:
    entry = replace(catalogue.entry(experience.id), experience=experience)
    return replace(catalogue, entries=catalogue.entries | {experience.id: entry})
