"""More questions than anybody wrote, for a teacher to label: altered ones and spliced ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgefill.router_training.fit.features import Words

_REPLACED = 0.3  # of a question's words


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentedQuestions:
    """`sources` are the questions that each row was made of, one or two."""

    rows: tuple[Words, ...]
    sources: tuple[tuple[int, ...], ...]

    def made_of(self, seen: Iterable[int]) -> list[int]:
        """The rows that were made of `seen` questions alone."""
        known = set(seen)
        return [at for at, made in enumerate(self.sources) if known.issuperset(made)]


def make_transfer(
    questions: Sequence[Words], neighbours: Mapping[str, Sequence[str]], *, seed: int
) -> AugmentedQuestions:
    """Four a question: two with neighbours of its words, one shorter, one spliced with another.

    Each question has dice of its own, so that one more changes no other's rows (but some splices).
    """
    rows: list[Words] = []
    sources: list[tuple[int, ...]] = []
    for at, words in enumerate(questions):
        dice = random.Random(f"{seed} {' '.join(words)}")  # noqa: S311 no secret
        other = dice.randrange(len(questions))
        made = [
            _replaced(words, neighbours, dice),
            _replaced(words, neighbours, dice),
            _shortened(words, dice),
            _spliced(words, questions[other], dice),
        ]
        rows += made
        sources += [(at,), (at,), (at,), (at, other)]
    return AugmentedQuestions(rows=tuple(rows), sources=tuple(sources))


def _replaced(words: Words, neighbours: Mapping[str, Sequence[str]], dice: random.Random) -> Words:
    return tuple(
        dice.choice(near) if (near := neighbours.get(word)) and dice.random() < _REPLACED else word
        for word in words
    )


def _shortened(words: Words, dice: random.Random) -> Words:
    if len(words) < 2:
        return words
    count = len(words) - dice.randint(1, max(1, len(words) // 3))
    return tuple(words[at] for at in sorted(dice.sample(range(len(words)), count)))


def _spliced(first: Words, second: Words, dice: random.Random) -> Words:
    if not first or not second:
        return first or second
    return first[: dice.randint(1, len(first))] + second[dice.randrange(len(second)) :]
