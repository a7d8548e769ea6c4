"""Rates of questions, and every confidence bound on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share and the bounds of its 95% confidence interval."""

    share: float
    low: float
    high: float


def estimate_rate(flags: Flags) -> Rate:
    """The share of true flags."""
    low, high = compute_interval(int(flags.sum()), len(flags))
    return Rate(share=float(flags.mean()), low=low, high=high)


def estimate_weighted_rate(is_served: Flags, is_wrong: Flags, weights: Floats) -> Rate:
    """The weighted share of wrong among served questions; 0 of 0 has the bounds 0 and 1.

    The interval is that of the effective sample size of the weights (Kish 1965).
    """
    served_weights = weights[is_served]
    if not len(served_weights):
        return Rate(share=0.0, low=0.0, high=1.0)
    share = float(weights[is_served & is_wrong].sum() / served_weights.sum())
    size = float(served_weights.sum() ** 2 / (served_weights**2).sum())
    low, high = compute_interval(round(share * size), round(size))
    return Rate(share=share, low=low, high=high)


def compute_interval(wrong: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of the rate behind `wrong` of `total` (Clopper and Pearson 1934)."""
    if not total:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, wrong, total - wrong + 1)) if wrong else 0.0
    high = float(beta.ppf(1 - tail, wrong + 1, total - wrong)) if wrong < total else 1.0
    return low, high


def bound_weighted_count(
    total: Floats, squares: Floats, heaviest: float, confidence: float
) -> Floats:
    """The upper bound of a sum of weighted Poisson counts.

    `total` is the sum of the counted weights, `squares` the sum of their squares, `heaviest` the
    largest weight that exists (Fay and Feuer 1997; with equal weights Garwood's exact bound).
    """
    mean, variance = total + heaviest, squares + heaviest**2
    return np.asarray(variance / (2 * mean) * chi2.ppf(confidence, 2 * mean**2 / variance))
