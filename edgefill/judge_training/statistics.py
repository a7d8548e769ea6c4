"""Figures about a judge: AUC, intervals, calibration, agreement of readers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
RESAMPLES = 1000
SEED = 12


def measure_auc(scores: Floats, labels: Flags) -> float:
    """The chance that a good text scores above a bad one, ties half; NaN without both."""
    good, bad = scores[labels], np.sort(scores[~labels])
    if not len(good) or not len(bad):
        return math.nan
    below = np.searchsorted(bad, good, "left") + np.searchsorted(bad, good, "right")
    return float(below.sum() / 2 / (len(good) * len(bad)))


def measure_matched_auc(
    scores: Floats, labels: Flags, lengths: Floats, share: float = 0.1
) -> float:
    """The AUC over only those pairs whose lengths differ by at most `share`; NaN without pairs."""
    good, bad = np.flatnonzero(labels), np.flatnonzero(~labels)
    first, second = lengths[good][:, None], lengths[bad][None, :]
    pairs = np.abs(first - second) <= share * np.maximum(first, second)
    if not pairs.any():
        return math.nan
    ahead = np.sign(scores[good][:, None] - scores[bad][None, :]) / 2 + 0.5
    return float(ahead[pairs].mean())


def measure_precision(passes: Flags, labels: Flags) -> float:
    """The share of good texts among those that pass; NaN if none passes."""
    return float(labels[passes].mean()) if passes.any() else math.nan


def measure_recall(passes: Flags, labels: Flags) -> float:
    """The share of good texts that pass; NaN without good texts."""
    return float(passes[labels].mean()) if labels.any() else math.nan


def bootstrap_interval(
    measure: Callable[[npt.NDArray[np.int64]], float], size: int
) -> tuple[float, float]:
    """The 95% interval of a figure over RESAMPLES samples of `size` rows; NaNs are left out."""
    rng = np.random.default_rng(SEED)
    figures = [measure(rng.integers(0, size, size)) for _ in range(RESAMPLES)]
    numbers = [figure for figure in figures if not math.isnan(figure)]
    if not numbers:
        return math.nan, math.nan
    low, high = np.percentile(numbers, [2.5, 97.5])
    return float(low), float(high)


def measure_calibration(
    probabilities: Floats, labels: Flags, bins: int = 10
) -> tuple[list[dict[str, float]], float]:
    """Bins of equal width (count, mean probability, share of good texts) and their ECE."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    rows = []
    error = 0.0
    for place in sorted(set(places.tolist())):
        inside = places == place
        mean, share = float(probabilities[inside].mean()), float(labels[inside].mean())
        rows.append({"count": int(inside.sum()), "probability": mean, "good": share})
        error += float(inside.mean()) * abs(mean - share)
    return rows, error


def measure_kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Cohen's kappa of two readers; 1 when both always give the same single label."""
    a, b = np.array(first), np.array(second)
    observed = float((a == b).mean())
    expected = float(a.mean() * b.mean() + (~a).mean() * (~b).mean())
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)
