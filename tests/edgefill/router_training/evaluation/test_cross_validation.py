"""The folds of cross-validation, and the predictions from them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from edgefill.router_training.evaluation.cross_validation import (
    FOLDS,
    HeldOutPredictions,
    cross_validate,
    split_folds,
)
from edgefill.router_training.fit.features import Words
from edgefill.router_training.questions.examples import (
    TrainingExamples,
    TrainingSample,
    build_sample,
)

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")


@pytest.fixture
def sample() -> TrainingSample:
    """All utterances of intent a vary the first; those of b have nothing in common."""
    return build_sample(
        TrainingExamples(
            utterances={
                "a": tuple(f"please call me {name} today" for name in NAMES),
                "b": tuple(f"{name} {name[::-1]}" for name in NAMES),
            }
        )
    )


@pytest.mark.parametrize("from_traffic", [False, True])
def test_every_question_is_held_out_once(sample: TrainingSample, *, from_traffic: bool) -> None:
    """It is in the training set of all other folds."""
    folds = list(split_folds(sample, from_traffic=from_traffic, seed=0))
    assert len(folds) == FOLDS
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(16))
    assert all(len(training) + len(test) == 16 for training, test in folds)


def test_an_authors_variations_are_on_one_side(sample: TrainingSample) -> None:
    """Questions from traffic may have near duplicates on both."""
    sides = {
        from_traffic: [
            len({*range(8)} & {*test})
            for _, test in split_folds(sample, from_traffic=from_traffic, seed=0)
        ]
        for from_traffic in (False, True)
    }
    assert sorted(sides[False]) == [0] * (FOLDS - 1) + [8]
    assert max(sides[True]) < 8


class FoldEchoWeights:
    """Weights whose probability of the first class identifies their training set."""

    def __init__(self, questions: np.ndarray) -> None:
        self.probability = float(questions.sum())

    def predict_probabilities(self, rows: Sequence[Words]) -> list[dict[int, float]]:
        return [{0: self.probability} for _ in rows]


def test_each_round_has_a_row_for_every_question(sample: TrainingSample) -> None:
    """Rows are in the order of the questions; each round has different folds."""
    fit: Any = FoldEchoWeights
    predictions = cross_validate(sample, fit, from_traffic=True, seed=0, rounds=2)
    assert (predictions.rounds, predictions.question_count, len(predictions.probabilities)) == (
        2,
        16,
        32,
    )
    assert predictions.targets.tolist() == [*sample.targets, *sample.targets]
    assert predictions.probabilities[:16].tolist() != predictions.probabilities[16:].tolist()
    again = cross_validate(sample, fit, from_traffic=True, seed=0)
    assert again.probabilities.tolist() == predictions.first_round.probabilities.tolist()


def test_a_selection_has_its_questions_of_every_round() -> None:
    """In the order of the rounds."""
    predictions = HeldOutPredictions(
        targets=np.array([0, 1, 2, 0, 1, 2]),
        order=tuple((at,) for at in range(6)),
        order_probabilities=np.arange(6.0)[:, None],
        class_count=7,
        is_contradicted=np.zeros(6, np.bool_),
        rounds=2,
    )
    selection = predictions.select(np.array([2, 0]))
    assert selection.probabilities.tolist() == [2, 0, 5, 3]
    assert (selection.question_count, selection.first_round.best.tolist()) == (2, [2, 0])
