"""How a router does on questions that it has not seen: cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.fit.weights import RouterWeights
from edgefill.router_training.questions.examples import TrainingSample
from edgefill.router_training.questions.near_duplicates import families

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutPredictions:
    """For each row: its target, the best lanes in order, and the chance of the best.

    A row is a question as a fit saw it that had not seen it; `rounds` of as many rows, each of all
    questions in one order, are of as many fits.
    """

    targets: Ints
    order: tuple[tuple[int, ...], ...]  # three at most
    chances: NDArray[np.float64]
    lanes: int
    rounds: int = 1

    @property
    def questions(self) -> int:
        """How many there are."""
        return len(self.targets) // self.rounds

    @property
    def best(self) -> Ints:
        """The best lane of each row."""
        return np.array([order[0] for order in self.order], np.int64)

    @property
    def out(self) -> int:
        """The lane of what is out of scope."""
        return self.lanes - 1

    @property
    def first(self) -> HeldOutPredictions:
        """The first round: a row a question."""
        return replace(self._picked(np.arange(self.questions)), rounds=1)

    def rows(self, questions: Ints) -> Ints:
        """The rows of some of the questions, round by round."""
        return np.concatenate([questions + at * self.questions for at in range(self.rounds)])

    def part(self, questions: Ints) -> HeldOutPredictions:
        """Some of the questions, in all rounds."""
        return self._picked(self.rows(questions))

    def _picked(self, rows: Ints) -> HeldOutPredictions:
        return replace(
            self,
            targets=self.targets[rows],
            order=tuple(self.order[at] for at in rows),
            chances=self.chances[rows],
        )


def cross_validate(
    sample: TrainingSample,
    fit: Callable[[Ints], RouterWeights],
    *,
    from_traffic: bool,
    seed: int,
    rounds: int = 1,
) -> HeldOutPredictions:
    """Every question as weights see it that were fitted to other folds; other folds each round."""
    found: list[dict[int, float]] = []
    for at in range(rounds):
        row: list[dict[int, float]] = [{} for _ in sample.targets]
        for seen, unseen in split_folds(sample, from_traffic=from_traffic, seed=seed + at):
            words = [sample.questions[at].words for at in unseen]
            for question, chances in zip(unseen, fit(seen).chances(words), strict=True):
                row[question] = chances
        found += row
    targets = np.tile(np.asarray(sample.targets), rounds)
    return replace(rank_predictions(found, targets, sample.lanes), rounds=rounds)


def split_folds(
    sample: TrainingSample, *, from_traffic: bool, seed: int
) -> Iterator[tuple[Ints, Ints]]:
    """What is seen and what is not, FOLDS times.

    Relatives are on one side, unless questions are `drawn` from what visitors asked: there the
    next question may have relatives among the known ones too.
    """
    groups = np.arange(len(sample.targets)) if from_traffic else families(sample)
    folds = min(FOLDS, len(set(groups.tolist())))
    yield from GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups, groups)


def rank_predictions(
    found: Sequence[dict[int, float]], targets: Ints, lanes: int
) -> HeldOutPredictions:
    """Chances by lane in the form that calibration needs."""
    order = tuple(tuple(sorted(each, key=each.__getitem__, reverse=True)[:3]) for each in found)
    chances = [each[best[0]] for each, best in zip(found, order, strict=True)]
    return HeldOutPredictions(targets=targets, order=order, chances=np.array(chances), lanes=lanes)
