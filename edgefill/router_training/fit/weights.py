"""What is fitted to a lesson: features, a row of meanings for each, and their exact sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edgefill.router_training.fit.feature_selection import common_words, telling_features
from edgefill.router_training.fit.features import Codes, FeatureCounts, Words
from edgefill.router_training.fit.low_rank_model import LowRankModel, fit_meanings
from edgefill.router_training.teacher.training_set import TrainingSet
from edgefill.routing.probabilities import chances_of
from edgefill.routing.scores import ScoreSums


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """How large a model is: features that tell, words beside them, rank; epochs of its fit."""

    features: int = 18_432
    words: int = 4096
    rank: int = 64
    epochs: int = 8

    def within(self, questions: int) -> ModelSize:
        """A size that so many questions can fill."""
        return replace(
            self,
            features=min(self.features, 8 * questions),
            rank=min(self.rank, max(16, questions // 32 * 2)),
        )


STANDARD = ModelSize()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterWeights:
    """`features` in the order of the rows of `meanings`."""

    features: Codes
    meanings: LowRankModel

    def chances(self, rows: Sequence[Words]) -> list[dict[int, float]]:
        """The edge's chances for each of `rows`, from sums of our own."""
        sums, sizes = self.meanings.sums(FeatureCounts(rows).matrix(self.features))
        return [
            chances_of(ScoreSums(numbers, 0, size), self.meanings.unit)
            for numbers, size in zip(sums.tolist(), sizes.tolist(), strict=True)
        ]


def fit_weights(lesson: TrainingSet, *, size: ModelSize, seed: int) -> RouterWeights:
    """Weights that have learnt `lesson`."""
    taught = [*lesson.rows, *lesson.more]
    telling = telling_features(lesson.rows, lesson.targets, most=size.features)
    kept = [*telling.tolist(), *common_words(taught, most=size.words).tolist()]
    features = np.array(list(dict.fromkeys(kept)), np.int64)
    meanings = fit_meanings(
        FeatureCounts(taught).matrix(features),
        lesson.chances,
        rank=size.rank,
        epochs=size.epochs,
        seed=seed,
    )
    return RouterWeights(features=features, meanings=meanings)
