"""Both opinions together: what is fitted to examples, and its exact sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lambdas.core.routing.chances import blend
from lambdas.core.routing.features import code
from lambdas.core.routing.scores import Opinion
from lambdas.router.features import Codes, Counts, Words
from lambdas.router.letters import Ints, Letters, fit_letters, scaled, squared_frequencies
from lambdas.router.meanings import Floats, Meanings, fit_meanings


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a model is: features with letters, features more with meanings, words, rank."""

    letters: int = 5120
    meanings: int = 3072
    words: int = 3072
    rank: int = 64
    epochs: int = 8

    def within(self, questions: int) -> Size:
        """A size that so many questions can fill."""
        return replace(
            self,
            letters=min(self.letters, 4 * questions),
            meanings=min(self.meanings, 4 * questions),
            rank=min(self.rank, max(16, questions // 32 * 2)),
        )


STANDARD = Size()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Questions with their targets, and more with a teacher's chances (questions x lanes)."""

    rows: Sequence[Words]
    targets: Ints
    chances: Floats  # of `rows`: labels, or labels and teacher
    more: Sequence[Words] = ()
    more_chances: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """`features` in the order of their rows."""

    features: Codes
    letters: Letters
    meanings: Meanings

    @property
    def units(self) -> tuple[float, float]:
        """What a sum of each opinion is worth."""
        return self.letters.unit, self.meanings.unit

    def chances(self, rows: Sequence[Words]) -> list[dict[int, float]]:
        """The edge's chances for each of `rows`, from sums of our own."""
        counts = Counts(rows).matrix(self.features)
        both = [self.letters.sums(counts), self.meanings.sums(counts)]
        return [
            blend((_opinion(*both[0], row), _opinion(*both[1], row)), self.units)
            for row in range(len(rows))
        ]


def fit_opinions(lesson: Lesson, *, size: Size, seed: int) -> Opinions:
    """Opinions that have learnt `lesson`."""
    lanes = lesson.chances.shape[1]
    counts = Counts(lesson.rows)
    features = _features(counts, lesson, size)
    own = counts.matrix(features)
    letters = fit_letters(own[:, : size.letters], lesson.targets, lanes=lanes, seed=seed)
    taught, chances = own, lesson.chances
    if lesson.more_chances is not None:
        taught = Counts([*lesson.rows, *lesson.more]).matrix(features)
        chances = np.vstack([chances, lesson.more_chances])
    meanings = fit_meanings(taught, chances, rank=size.rank, epochs=size.epochs, seed=seed)
    return Opinions(features=features, letters=letters, meanings=meanings)


def _features(counts: Counts, lesson: Lesson, size: Size) -> Codes:
    """The features that tell most apart, then the words that are commonest."""
    every = counts.vocabulary()
    telling = every[_telling(counts.matrix(every), lesson.targets)]
    seen = Counter(word for words in (*lesson.rows, *lesson.more) for word in set(words))
    words = [code(f" {word}") for word, _ in seen.most_common(size.words)]
    kept = [*telling[: size.letters + size.meanings].tolist(), *words]
    return np.array(list(dict.fromkeys(kept)), np.int64)


def _telling(counts: Any, targets: Ints) -> Ints:
    """Features by how far their mean TF-IDF differs between targets, furthest first."""
    rows = scaled(counts, squared_frequencies(counts)).tocsc()
    shares = np.bincount(targets) / len(targets)
    overall = np.asarray(rows.mean(axis=0)).ravel()
    spread = np.zeros(rows.shape[1])
    for target in np.flatnonzero(shares):
        mean = np.asarray(rows[targets == target].mean(axis=0)).ravel()
        spread += shares[target] * (mean - overall) ** 2
    return np.argsort(-spread, kind="stable")


def _opinion(sums: NDArray[np.int64], sizes: NDArray[np.int64], row: int) -> Opinion:
    return Opinion(sums[row].tolist(), 0, int(sizes[row]))
