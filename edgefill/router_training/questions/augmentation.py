"""Augment router questions: alter and splice examples into more for a teacher to label."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgefill.router_training.fit.features import Words

_REPLACED_SHARE = 0.3  # the share of a question's words


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentedQuestions:
    """`sources` are the one or two questions that each row was made from."""

    rows: tuple[Words, ...]
    sources: tuple[tuple[int, ...], ...]

    def select_rows(self, questions: Iterable[int]) -> list[int]:
        """The numbers of the rows that were made from `questions` only."""
        allowed = set(questions)
        return [at for at, sources in enumerate(self.sources) if allowed.issuperset(sources)]


def augment_questions(
    questions: Sequence[Words], neighbours: Mapping[str, Sequence[str]], *, seed: int
) -> AugmentedQuestions:
    """Four rows per question: two with words replaced, one shortened, one spliced with another.

    Each question has a random generator of its own, so an additional question changes no rows of
    the others, except the second halves of spliced ones.
    """
    rows: list[Words] = []
    sources: list[tuple[int, ...]] = []
    for at, words in enumerate(questions):
        rng = random.Random(f"{seed} {' '.join(words)}")  # noqa: S311 not for secrets
        other = rng.randrange(len(questions))
        rows += [
            _replace_words(words, neighbours, rng),
            _replace_words(words, neighbours, rng),
            _shorten(words, rng),
            _splice(words, questions[other], rng),
        ]
        sources += [(at,), (at,), (at,), (at, other)]
    return AugmentedQuestions(rows=tuple(rows), sources=tuple(sources))


def _replace_words(
    words: Words, neighbours: Mapping[str, Sequence[str]], rng: random.Random
) -> Words:
    return tuple(
        rng.choice(near)
        if (near := neighbours.get(word)) and rng.random() < _REPLACED_SHARE
        else word
        for word in words
    )


def _shorten(words: Words, rng: random.Random) -> Words:
    if len(words) < 2:
        return words
    count = len(words) - rng.randint(1, max(1, len(words) // 3))
    return tuple(words[at] for at in sorted(rng.sample(range(len(words)), count)))


def _splice(first: Words, second: Words, rng: random.Random) -> Words:
    if not first or not second:
        return first or second
    return first[: rng.randint(1, len(first))] + second[rng.randrange(len(second)) :]
