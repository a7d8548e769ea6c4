"""Rates and confidence bounds, checked against their definitions."""

import numpy as np
import pytest
from scipy.stats import binom, poisson

from edgefill.router_training.evaluation.statistics import (
    bound_weighted_count,
    compute_interval,
    estimate_rate,
    estimate_weighted_rate,
)


@pytest.mark.parametrize(("wrong", "total"), [(0, 40), (3, 200), (40, 40)])
def test_clopper_pearson_interval_has_its_coverage(wrong: int, total: int) -> None:
    """At each bound the observed count has probability 2.5% or less (oracle: binomial)."""
    low, high = compute_interval(wrong, total)
    if wrong:
        assert binom.sf(wrong - 1, total, low) == pytest.approx(0.025)
    if wrong < total:
        assert binom.cdf(wrong, total, high) == pytest.approx(0.025)
    assert 0 <= low <= wrong / total <= high <= 1


def test_without_questions_the_interval_is_everything() -> None:
    """The rate may be any."""
    assert compute_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_equal_weights_give_the_exact_bound_of_a_count(wrong: int) -> None:
    """At the bound the observed count or fewer has probability 5% (oracle: Poisson)."""
    weight = 0.01
    total, squares = np.array([wrong * weight]), np.array([wrong * weight**2])
    (upper,) = bound_weighted_count(total, squares, weight, 0.95) / weight
    assert poisson.cdf(wrong, upper) == pytest.approx(0.05)


def test_with_equal_weights_a_weighted_rate_is_a_rate() -> None:
    """Its effective sample size is the number of served questions."""
    is_served = np.array([True] * 40 + [False] * 10)
    is_wrong = np.array([True] * 3 + [False] * 47)
    weighted = estimate_weighted_rate(is_served, is_wrong, np.full(50, 0.02))
    assert weighted.share == pytest.approx(3 / 40)
    assert (weighted.low, weighted.high) == compute_interval(3, 40)
    assert estimate_rate(is_wrong[is_served]).low == weighted.low
