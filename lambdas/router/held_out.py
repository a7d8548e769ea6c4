"""How a router does on questions that it has not seen: cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from lambdas.router.examples import Sample
from lambdas.router.meanings import Ints
from lambdas.router.relatives import families
from lambdas.router.weights import Weights

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """For each question: its target, the best lanes in order, and the chance of the best."""

    targets: Ints
    order: tuple[tuple[int, ...], ...]  # three at most
    chances: NDArray[np.float64]
    lanes: int

    @property
    def best(self) -> Ints:
        """The best lane of each question."""
        return np.array([order[0] for order in self.order], np.int64)

    @property
    def out(self) -> int:
        """The lane of what is out of scope."""
        return self.lanes - 1

    def part(self, picked: Ints) -> HeldOut:
        """Some of the questions."""
        return HeldOut(
            targets=self.targets[picked],
            order=tuple(self.order[at] for at in picked),
            chances=self.chances[picked],
            lanes=self.lanes,
        )


def cross_validate(
    sample: Sample, fit: Callable[[Ints], Weights], *, drawn: bool, seed: int
) -> HeldOut:
    """Every question as weights see it that were fitted to other folds."""
    found: list[dict[int, float]] = [{} for _ in sample.targets]
    for seen, unseen in folds_of(sample, drawn=drawn, seed=seed):
        rows = [sample.questions[at].words for at in unseen]
        for at, chances in zip(unseen, fit(seen).chances(rows), strict=True):
            found[at] = chances
    return held_out(found, np.asarray(sample.targets), sample.lanes)


def folds_of(sample: Sample, *, drawn: bool, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """What is seen and what is not, FOLDS times.

    Relatives are on one side, unless questions are `drawn` from what visitors asked: there the
    next question may have relatives among the known ones too.
    """
    groups = np.arange(len(sample.targets)) if drawn else families(sample)
    folds = min(FOLDS, len(set(groups.tolist())))
    yield from GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups, groups)


def held_out(found: Sequence[dict[int, float]], targets: Ints, lanes: int) -> HeldOut:
    """Chances by lane in the form that calibration needs."""
    order = tuple(tuple(sorted(each, key=each.__getitem__, reverse=True)[:3]) for each in found)
    chances = [each[best[0]] for each, best in zip(found, order, strict=True)]
    return HeldOut(targets=targets, order=order, chances=np.array(chances), lanes=lanes)
