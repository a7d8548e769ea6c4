"""The first opinion: a linear support vector machine over TF-IDF, in half bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.svm import LinearSVC

from lambdas.core.routing.letters import ZERO

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST = ZERO - 1  # of a weight
_SHARPNESS = 10.0  # a margin of one is this much in log odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """`weights` (features x lanes) from -7 to 7, a scale and a squared frequency a feature."""

    weights: Ints
    scales: Ints
    norms: Ints
    unit: float

    def sums(self, counts: Any) -> tuple[Ints, Ints]:
        """Exact sums (questions x lanes) and squared lengths, from counts of all features."""
        known = counts[:, : len(self.scales)]
        return known @ (self.weights * self.scales[:, None]), known @ self.norms


def fit_letters(counts: Any, targets: Ints, *, lanes: int, seed: int) -> Letters:
    """Letters of `counts` (questions x features) that tell `targets` apart."""
    norms = squared_frequencies(counts)
    rows = scaled(counts, norms)
    model = LinearSVC(tol=1e-3, fit_intercept=False, random_state=seed).fit(rows, targets)
    weights = model.coef_ if len(model.classes_) > 2 else np.vstack([-model.coef_, model.coef_])
    spread = np.full((counts.shape[1], lanes), 0.0)
    spread[:, model.classes_] = weights.T
    return _in_half_bytes(spread * np.sqrt(norms)[:, None], norms)


def squared_frequencies(counts: Any) -> Ints:
    """The square of each feature's inverse document frequency, from 1 to 255."""
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    frequency = np.log(counts.shape[0] / np.maximum(documents, 1)) + 1
    return np.asarray(np.clip(np.rint(frequency**2), 1, 255), np.int64)


def scaled(counts: Any, norms: Ints) -> Any:
    """TF-IDF rows of unit length, but for features that repeat."""
    size = np.sqrt(np.maximum(counts @ norms, 1))
    return diags(1 / size) @ counts @ diags(np.sqrt(norms))


def _in_half_bytes(weights: Floats, norms: Ints) -> Letters:
    peaks = np.abs(weights).max(axis=1)
    step = max(float(peaks.max()) / 255, 1e-12)
    scales = np.clip(np.rint(peaks / step), 1, 255).astype(np.int64)
    small = np.rint(weights / (scales * step / _MOST)[:, None])
    return Letters(
        weights=np.clip(small, -_MOST, _MOST).astype(np.int64),
        scales=scales,
        norms=norms,
        unit=step / _MOST * _SHARPNESS,
    )
