"""Cross-validation: predictions for every question by weights that were fitted without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from edgefill.router_training.evaluation.statistics import Flags
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.fit.weights import RouterWeights
from edgefill.router_training.questions.examples import TrainingSample
from edgefill.router_training.questions.near_duplicates import group_questions

FOLDS = 5
_MAX_ORDER = 3  # classes of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutPredictions:
    """For each row: its target, and the best classes in order with their probabilities.

    `is_contradicted` marks rows whose question contradicts what the best class asserts, so that it
    is not served. Each round has one row per question, all rounds in the same order of questions.
    Different rounds split the questions into different folds.
    """

    targets: Ints
    order: tuple[tuple[int, ...], ...]  # at most three classes
    order_probabilities: NDArray[np.float64]  # rows x 3; 0 for a class that does not exist
    class_count: int
    is_contradicted: Flags
    rounds: int = 1

    @property
    def question_count(self) -> int:
        """Rows per round."""
        return len(self.targets) // self.rounds

    @property
    def best(self) -> Ints:
        """The best class of each row."""
        return np.array([order[0] for order in self.order], np.int64)

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """The probability of the best class of each row."""
        return self.order_probabilities[:, 0]

    @property
    def out_of_scope_class(self) -> int:
        """The last class."""
        return self.class_count - 1

    @property
    def first_round(self) -> HeldOutPredictions:
        """One row per question."""
        return replace(self._pick_rows(np.arange(self.question_count)), rounds=1)

    def find_rows(self, questions: Ints) -> Ints:
        """The row numbers of some questions, round by round."""
        return np.concatenate([questions + at * self.question_count for at in range(self.rounds)])

    def select(self, questions: Ints) -> HeldOutPredictions:
        """The predictions for some questions, of all rounds."""
        return self._pick_rows(self.find_rows(questions))

    def _pick_rows(self, rows: Ints) -> HeldOutPredictions:
        return replace(
            self,
            targets=self.targets[rows],
            order=tuple(self.order[at] for at in rows),
            order_probabilities=self.order_probabilities[rows],
            is_contradicted=self.is_contradicted[rows],
        )


def cross_validate(
    sample: TrainingSample,
    fit: Callable[[Ints], RouterWeights],
    *,
    from_traffic: bool,
    seed: int,
    rounds: int = 1,
) -> HeldOutPredictions:
    """Predict every question by `fit` to the other folds; each round has folds of its own."""
    predictions: list[dict[int, float]] = []
    for at in range(rounds):
        row: list[dict[int, float]] = [{} for _ in sample.targets]
        for training, test in split_folds(sample, from_traffic=from_traffic, seed=seed + at):
            words = [sample.questions[at].words for at in test]
            predicted = fit(training).predict_probabilities(words)
            for question, probabilities in zip(test, predicted, strict=True):
                row[question] = probabilities
        predictions += row
    targets = np.tile(np.asarray(sample.targets), rounds)
    return replace(rank_predictions(predictions, targets, sample.class_count), rounds=rounds)


def split_folds(
    sample: TrainingSample, *, from_traffic: bool, seed: int
) -> Iterator[tuple[Ints, Ints]]:
    """(training rows, test rows), FOLDS times.

    Near duplicates are on the same side, because an author varies one utterance. Questions
    `from_traffic` are split without regard to them, because a visitor's next question may also be
    a near duplicate of a known one.
    """
    groups = group_questions(sample, from_traffic=from_traffic)
    folds = min(FOLDS, len(set(groups.tolist())))
    yield from GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups, groups)


def rank_predictions(
    predictions: Sequence[dict[int, float]], targets: Ints, class_count: int
) -> HeldOutPredictions:
    """Probabilities by class, in the form that calibration needs."""
    order = tuple(
        tuple(sorted(each, key=each.__getitem__, reverse=True)[:_MAX_ORDER]) for each in predictions
    )
    order_probabilities = np.zeros((len(order), _MAX_ORDER))
    for at, (each, classes) in enumerate(zip(predictions, order, strict=True)):
        order_probabilities[at, : len(classes)] = [each[best] for best in classes]
    return HeldOutPredictions(
        targets=targets,
        order=order,
        order_probabilities=order_probabilities,
        class_count=class_count,
        is_contradicted=np.zeros(len(order), np.bool_),
    )
