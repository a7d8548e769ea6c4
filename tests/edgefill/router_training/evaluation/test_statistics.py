"""Confidence bounds against their definitions."""

import numpy as np
import pytest
from scipy.stats import binom, poisson

from edgefill.router_training.evaluation.statistics import interval, weighted_upper


@pytest.mark.parametrize(("wrong", "served"), [(0, 40), (3, 200), (40, 40)])
def test_clopper_pearson_covers(wrong: int, served: int) -> None:
    """At its ends what was seen is as unlikely as the confidence says (the oracle: binomial)."""
    low, high = interval(wrong, served)
    if wrong:
        assert binom.sf(wrong - 1, served, low) == pytest.approx(0.025)
    if wrong < served:
        assert binom.cdf(wrong, served, high) == pytest.approx(0.025)
    assert 0 <= low <= wrong / served <= high <= 1


def test_nothing_served_says_nothing() -> None:
    """The rate may be anything."""
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_equal_weights_give_the_exact_bound_of_a_count(wrong: int) -> None:
    """At the bound, as few wrong ones are as unlikely as the confidence says (Poisson)."""
    weight = 0.01
    total, squares = np.array([wrong * weight]), np.array([wrong * weight**2])
    (upper,) = weighted_upper(total, squares, weight, 0.95) / weight
    assert poisson.cdf(wrong, upper) == pytest.approx(0.05)
