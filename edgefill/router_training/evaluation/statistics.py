"""Confidence bounds of false hits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2

Floats = NDArray[np.float64]


def weighted_upper(total: Floats, squares: Floats, heaviest: float, confidence: float) -> Floats:
    """The upper bound of a sum of weighted Poisson counts.

    `total` is the sum of the weights that were counted, `squares` of their squares, `heaviest` the
    largest weight there is (Fay and Feuer 1997; with equal weights Garwood's exact bound).
    """
    mean, variance = total + heaviest, squares + heaviest**2
    return np.asarray(variance / (2 * mean) * chi2.ppf(confidence, 2 * mean**2 / variance))


def interval(wrong: int, served: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where the rate behind `wrong` of `served` lies (Clopper and Pearson 1934)."""
    if not served:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, wrong, served - wrong + 1)) if wrong else 0.0
    high = float(beta.ppf(1 - tail, wrong + 1, served - wrong)) if wrong < served else 1.0
    return low, high
