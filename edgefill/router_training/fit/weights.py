"""Fit a router's weights to a training set: select features, fit the low-rank model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edgefill.router_training.fit.features import (
    Codes,
    FeatureCounts,
    Words,
    select_common_words,
    select_features,
)
from edgefill.router_training.fit.low_rank_model import LowRankModel, fit_low_rank_model
from edgefill.router_training.teacher.training_set import TrainingSet
from edgefill.routing.probabilities import compute_probabilities
from edgefill.routing.scorer import ScoreSums


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """The numbers of selected features and of common words, the rank, and the epochs of the fit."""

    features: int = 18_432
    words: int = 4096
    rank: int = 64
    epochs: int = 8

    def limit_to(self, questions: int) -> ModelSize:
        """The size for a training set of so many questions."""
        return replace(
            self,
            features=min(self.features, 8 * questions),
            rank=min(self.rank, max(16, questions // 32 * 2)),
        )


STANDARD = ModelSize()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterWeights:
    """`features` in the order of the rows of `low_rank`."""

    features: Codes
    low_rank: LowRankModel

    def predict_probabilities(self, rows: Sequence[Words]) -> list[dict[int, float]]:
        """The probabilities that the edge computes for each row, bit for bit."""
        sums, sizes = self.low_rank.compute_sums(FeatureCounts(rows).build_matrix(self.features))
        return [
            compute_probabilities(ScoreSums(numbers, 0, size), self.low_rank.unit)
            for numbers, size in zip(sums.tolist(), sizes.tolist(), strict=True)
        ]


def fit_weights(training_set: TrainingSet, *, size: ModelSize, seed: int) -> RouterWeights:
    """Fit weights of at most `size`; the same arguments give the same weights."""
    rows = [*training_set.rows, *training_set.augmented_rows]
    selected = select_features(training_set.rows, training_set.targets, most=size.features)
    codes = [*selected.tolist(), *select_common_words(rows, most=size.words).tolist()]
    features = np.array(list(dict.fromkeys(codes)), np.int64)
    low_rank = fit_low_rank_model(
        FeatureCounts(rows).build_matrix(features),
        training_set.probabilities,
        rank=size.rank,
        epochs=size.epochs,
        seed=seed,
    )
    return RouterWeights(features=features, low_rank=low_rank)
