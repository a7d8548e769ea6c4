"""What is seen and what is not."""

import numpy as np
import pytest

from lambdas.router.examples import Examples, Sample, sample_of
from lambdas.router.held_out import FOLDS, folds_of

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")


@pytest.fixture
def sample() -> Sample:
    """Of intent a, every utterance varies the first; those of b are strangers."""
    return sample_of(
        Examples(
            utterances={
                "a": tuple(f"please call me {name} today" for name in NAMES),
                "b": tuple(f"{name} {name[::-1]}" for name in NAMES),
            }
        )
    )


@pytest.mark.parametrize("drawn", [False, True])
def test_every_question_is_unseen_once(sample: Sample, *, drawn: bool) -> None:
    """And seen in all other folds."""
    folds = list(folds_of(sample, drawn=drawn, seed=0))
    assert len(folds) == FOLDS
    assert sorted(np.concatenate([unseen for _, unseen in folds])) == list(range(16))
    assert all(len(seen) + len(unseen) == 16 for seen, unseen in folds)


def test_an_authors_variations_are_on_one_side(sample: Sample) -> None:
    """Drawn questions may have relatives on both."""
    sides = {
        drawn: [len({*range(8)} & {*unseen}) for _, unseen in folds_of(sample, drawn=drawn, seed=0)]
        for drawn in (False, True)
    }
    assert sorted(sides[False]) == [0] * (FOLDS - 1) + [8]
    assert max(sides[True]) < 8
