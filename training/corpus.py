"""Lessons: one prompt with several good answers, composed without end from the catalogue."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lambdas.catalogue.catalogue import Catalogue, Entry
from lambdas.catalogue.prompts import Prompts
from lambdas.core.keys import Key
from training.faults import spoil
from training.teacher import compose, thinned

ANSWERS = 5  # to one prompt: they share its tokens in training
REVISED = 0.08  # how many lessons ask to revise a refused text
HELD_OUT = 0.10  # of the combinations are never seen in training


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What a text is written for, in every locale alike."""

    experience: str
    case: str
    tone: str

    def __str__(self) -> str:
        return f"{self.experience}/{self.case}/{self.tone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A prompt and answers to it."""

    prompt: str
    answers: tuple[str, ...]


def combinations(catalogue: Catalogue) -> list[Combination]:
    """Every experience in every written case and every tone of the shop."""
    return [
        Combination(experience=id_, case=case, tone=tone)
        for id_, entry in catalogue.entries.items()
        for case in entry.experience.cases.written
        for tone in catalogue.tones
    ]


def split(catalogue: Catalogue) -> tuple[list[Combination], list[Combination]]:
    """The combinations that are taught and those held out: a tenth, the same on every machine."""
    found = combinations(catalogue)
    ranked = sorted(found, key=lambda c: hashlib.sha256(str(c).encode()).digest())
    held_out = set(ranked[: round(len(found) * HELD_OUT)])
    return [c for c in found if c not in held_out], [c for c in found if c in held_out]


def lessons(
    catalogue: Catalogue, prompts: Prompts, among: list[Combination], *, seed: int
) -> Iterator[Lesson]:
    """Lessons without end on the given combinations; the same for a seed."""
    dice = random.Random(seed)
    while True:
        yield _lesson(catalogue, prompts, dice.choice(among), dice)


def _lesson(
    catalogue: Catalogue, prompts: Prompts, combination: Combination, dice: random.Random
) -> Lesson:
    locale = dice.choice(catalogue.locales)
    key = Key(experience=combination.experience, locale=locale, case=combination.case)
    entry = catalogue.entry(key.experience)
    experience = thinned(entry.experience, dice)
    asked = _with(catalogue, replace(entry, experience=experience))
    texts = [compose(experience, key, combination.tone, dice) for _ in range(ANSWERS)]
    if dice.random() < REVISED:
        fault = spoil(texts[0], experience, locale, dice)
        if fault:
            prompt = prompts.revise(asked, key, combination.tone, fault.text, fault.complaint)
            return Lesson(prompt=prompt, answers=tuple(texts))
    return Lesson(prompt=prompts.draft(asked, key, combination.tone), answers=tuple(texts))


def _with(catalogue: Catalogue, entry: Entry) -> Catalogue:
    return replace(catalogue, entries=catalogue.entries | {entry.experience.id: entry})
