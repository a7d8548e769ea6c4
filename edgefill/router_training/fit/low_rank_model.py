"""Fit a low-rank softmax model to class probabilities, and quantize it.

Adam with dropout of features (Kingma and Ba 2015; Srivastava et al. 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgefill.routing.low_rank_weights import HEAD_ZERO_POINT, ROW_ZERO_POINT

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_BATCH = 256
_DROPOUT = 0.15
_LEARNING_RATE = 0.005
_MIN_STEPS = 200
_CLIP = 2.5  # standard deviations: the range that a half byte covers; larger numbers are clipped


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRankModel:
    """`rows` (features x rank) from -7 to 7, `heads` (rank x classes) from -127 to 127.

    A sum times `unit` is a logit, before it is divided by the root of the question's size.
    """

    rows: Ints
    heads: Ints
    unit: float

    def compute_sums(self, counts: Any) -> tuple[Ints, Ints]:
        """Exact sums (questions x classes), and how many features each question has."""
        return (counts @ self.rows) @ self.heads, np.asarray(counts.sum(axis=1)).ravel()


def fit_low_rank_model(
    counts: Any, probabilities: Floats, *, rank: int, epochs: int, seed: int
) -> LowRankModel:
    """Fit `counts` (questions x features) to `probabilities` (questions x classes)."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 0.1, (counts.shape[1], rank)).astype(np.float32)
    heads = rng.normal(0, rank**-0.5, (rank, probabilities.shape[1])).astype(np.float32)
    adam = _AdamOptimizer([rows, heads], steps=max(_MIN_STEPS, epochs * counts.shape[0] // _BATCH))
    counts = counts.astype(np.float32)
    while not adam.is_done:
        order = rng.permutation(counts.shape[0])
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            inputs = _drop_features(counts[batch], rng)
            adam.step(_compute_gradients(inputs, probabilities[batch], rows, heads))
    return _quantize(rows, heads)


def _drop_features(counts: Any, rng: np.random.Generator) -> Any:
    """Drop features at random, in place, and scale each row by the root of its size."""
    counts.data *= rng.random(len(counts.data)) > _DROPOUT
    size = np.asarray(counts.sum(axis=1)).ravel()
    counts.data *= np.repeat(1 / np.sqrt(np.maximum(size, 1)), np.diff(counts.indptr))
    return counts


def _compute_gradients(
    inputs: Any, probabilities: Floats, rows: Floats, heads: Floats
) -> list[Floats]:
    """The gradients of the cross entropy by `rows` and by `heads`."""
    inner = inputs @ rows
    scores = inner @ heads
    scores -= scores.max(axis=1, keepdims=True)
    predictions = np.exp(scores)
    predictions /= predictions.sum(axis=1, keepdims=True)
    error = (predictions - probabilities) / len(probabilities)
    return [inputs.T @ (error @ heads.T), inner.T @ error]


class _AdamOptimizer:
    """Adam with a learning rate that falls to zero over `steps`; changes `weights` in place.

    Two buffers per array are reused, because allocating memory takes longer than the arithmetic.
    """

    def __init__(self, weights: list[Floats], *, steps: int) -> None:
        self._weights, self._steps, self._step = weights, steps, 0
        self._means = [np.zeros_like(each) for each in weights]
        self._squares = [np.zeros_like(each) for each in weights]
        self._buffers = [(np.empty_like(each), np.empty_like(each)) for each in weights]

    @property
    def is_done(self) -> bool:
        return self._step >= self._steps

    def step(self, gradients: list[Floats]) -> None:
        self._step += 1
        rate = _LEARNING_RATE * max(0.0, 1 - self._step / self._steps)
        low, high = 1 - 0.9**self._step, 1 - 0.99**self._step
        for at, gradient in enumerate(gradients):
            mean, square, (first, second) = self._means[at], self._squares[at], self._buffers[at]
            mean += np.multiply(np.subtract(gradient, mean, out=first), 0.1, out=first)
            np.subtract(np.multiply(gradient, gradient, out=first), square, out=first)
            square += np.multiply(first, 0.01, out=first)
            np.add(np.sqrt(np.divide(square, high, out=first), out=first), 1e-8, out=first)
            np.multiply(mean, rate / low, out=second)
            self._weights[at] -= np.divide(second, first, out=second)


def _quantize(rows: Floats, heads: Floats) -> LowRankModel:
    """Round rows to half bytes and heads to bytes."""
    most, head_most = ROW_ZERO_POINT - 1, HEAD_ZERO_POINT - 1
    step = max(_CLIP * float(rows.std()) / most, 1e-12)
    head_step = max(float(np.abs(heads).max()) / head_most, 1e-12)
    return LowRankModel(
        rows=np.clip(np.rint(rows / step), -most, most).astype(np.int64),
        heads=np.rint(heads / head_step).astype(np.int64),
        unit=step * head_step,
    )
