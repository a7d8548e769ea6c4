"""What is seen and what is not."""

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
from edgefill.router_training.questions.examples import TrainingExamples, TrainingSample, sample_of

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")


@pytest.fixture
def sample() -> TrainingSample:
    """Of intent a, every utterance varies the first; those of b are strangers."""
    return sample_of(
        TrainingExamples(
            utterances={
                "a": tuple(f"please call me {name} today" for name in NAMES),
                "b": tuple(f"{name} {name[::-1]}" for name in NAMES),
            }
        )
    )


@pytest.mark.parametrize("drawn", [False, True])
def test_every_question_is_unseen_once(sample: TrainingSample, *, drawn: bool) -> None:
    """And seen in all other folds."""
    folds = list(split_folds(sample, from_traffic=drawn, seed=0))
    assert len(folds) == FOLDS
    assert sorted(np.concatenate([unseen for _, unseen in folds])) == list(range(16))
    assert all(len(seen) + len(unseen) == 16 for seen, unseen in folds)


def test_an_authors_variations_are_on_one_side(sample: TrainingSample) -> None:
    """Drawn questions may have relatives on both."""
    sides = {
        drawn: [
            len({*range(8)} & {*unseen})
            for _, unseen in split_folds(sample, from_traffic=drawn, seed=0)
        ]
        for drawn in (False, True)
    }
    assert sorted(sides[False]) == [0] * (FOLDS - 1) + [8]
    assert max(sides[True]) < 8


class FoldEchoWeights:
    """Weights that have seen `seen`, and say so by the chance that they give the first lane."""

    def __init__(self, seen: np.ndarray) -> None:
        self.chance = float(seen.sum())

    def chances(self, rows: Sequence[Words]) -> list[dict[int, float]]:
        return [{0: self.chance} for _ in rows]


def test_each_round_has_a_row_for_every_question(sample: TrainingSample) -> None:
    """In the order of the questions, and of other folds than the round before."""
    fit: Any = FoldEchoWeights
    held = cross_validate(sample, fit, from_traffic=True, seed=0, rounds=2)
    assert (held.rounds, held.questions, len(held.chances)) == (2, 16, 32)
    assert held.targets.tolist() == [*sample.targets, *sample.targets]
    assert held.chances[:16].tolist() != held.chances[16:].tolist()
    again = cross_validate(sample, fit, from_traffic=True, seed=0)
    assert again.chances.tolist() == held.first.chances.tolist()


def test_a_part_has_its_questions_of_every_round() -> None:
    """Round by round."""
    held = HeldOutPredictions(
        targets=np.array([0, 1, 2, 0, 1, 2]),
        order=tuple((at,) for at in range(6)),
        chances=np.arange(6.0),
        lanes=7,
        rounds=2,
    )
    part = held.part(np.array([2, 0]))
    assert part.chances.tolist() == [2, 0, 5, 3]
    assert (part.questions, part.first.best.tolist()) == (2, [2, 0])
