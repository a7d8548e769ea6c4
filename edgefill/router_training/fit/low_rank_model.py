"""A low-rank softmax model, taught by labels and by a teacher's chances.

Trained by Adam with dropout of features (Kingma and Ba 2015; Srivastava et al. 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgefill.routing.low_rank_weights import HEAD_ZERO, ZERO

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_BATCH = 256
_DROPPED = 0.15
_RATE = 0.005
_STEPS = 200  # at least
_CLIP = 2.5  # deviations: what lies beyond is as far as a half byte reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRankModel:
    """`rows` (features x rank) from -7 to 7, `heads` (rank x lanes) from -127 to 127."""

    rows: Ints
    heads: Ints
    unit: float

    def sums(self, counts: Any) -> tuple[Ints, Ints]:
        """Exact sums (questions x lanes), and how many features each question has."""
        return (counts @ self.rows) @ self.heads, np.asarray(counts.sum(axis=1)).ravel()


def fit_meanings(
    counts: Any, chances: Floats, *, rank: int, epochs: int, seed: int
) -> LowRankModel:
    """Meanings of `counts` (questions x features) that come near `chances` (questions x lanes)."""
    dice = np.random.default_rng(seed)
    rows = dice.normal(0, 0.1, (counts.shape[1], rank)).astype(np.float32)
    heads = dice.normal(0, rank**-0.5, (rank, chances.shape[1])).astype(np.float32)
    adam = _Adam([rows, heads], steps=max(_STEPS, epochs * counts.shape[0] // _BATCH))
    counts = counts.astype(np.float32)
    while not adam.done:
        order = dice.permutation(counts.shape[0])
        for at in range(0, len(order), _BATCH):
            picked = order[at : at + _BATCH]
            adam.step(_gradients(_dropped(counts[picked], dice), chances[picked], rows, heads))
    return _in_half_bytes(rows, heads)


def _dropped(counts: Any, dice: np.random.Generator) -> Any:
    counts.data *= dice.random(len(counts.data)) > _DROPPED
    size = np.asarray(counts.sum(axis=1)).ravel()
    counts.data *= np.repeat(1 / np.sqrt(np.maximum(size, 1)), np.diff(counts.indptr))
    return counts


def _gradients(inputs: Any, chances: Floats, rows: Floats, heads: Floats) -> list[Floats]:
    """Of the cross entropy, by rows and by heads."""
    inner = inputs @ rows
    scores = inner @ heads
    scores -= scores.max(axis=1, keepdims=True)
    found = np.exp(scores)
    found /= found.sum(axis=1, keepdims=True)
    error = (found - chances) / len(chances)
    return [inputs.T @ (error @ heads.T), inner.T @ error]


class _Adam:
    """Adam with a rate that falls to zero over `steps`; changes `weights` in place.

    It computes in two buffers for each of them: memory that is new is slower than the arithmetic.
    """

    def __init__(self, weights: list[Floats], *, steps: int) -> None:
        self._weights, self._steps, self._step = weights, steps, 0
        self._means = [np.zeros_like(each) for each in weights]
        self._squares = [np.zeros_like(each) for each in weights]
        self._buffers = [(np.empty_like(each), np.empty_like(each)) for each in weights]

    @property
    def done(self) -> bool:
        return self._step >= self._steps

    def step(self, gradients: list[Floats]) -> None:
        self._step += 1
        rate = _RATE * max(0.0, 1 - self._step / self._steps)
        low, high = 1 - 0.9**self._step, 1 - 0.99**self._step
        for at, gradient in enumerate(gradients):
            mean, square, (first, second) = self._means[at], self._squares[at], self._buffers[at]
            mean += np.multiply(np.subtract(gradient, mean, out=first), 0.1, out=first)
            np.subtract(np.multiply(gradient, gradient, out=first), square, out=first)
            square += np.multiply(first, 0.01, out=first)
            np.add(np.sqrt(np.divide(square, high, out=first), out=first), 1e-8, out=first)
            np.multiply(mean, rate / low, out=second)
            self._weights[at] -= np.divide(second, first, out=second)


def _in_half_bytes(rows: Floats, heads: Floats) -> LowRankModel:
    most, head_most = ZERO - 1, HEAD_ZERO - 1
    step = max(_CLIP * float(rows.std()) / most, 1e-12)
    head_step = max(float(np.abs(heads).max()) / head_most, 1e-12)
    return LowRankModel(
        rows=np.clip(np.rint(rows / step), -most, most).astype(np.int64),
        heads=np.rint(heads / head_step).astype(np.int64),
        unit=step * head_step,
    )
