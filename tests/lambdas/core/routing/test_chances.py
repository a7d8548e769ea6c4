"""From sums to chances."""

from math import exp, log

import pytest

from lambdas.core.routing.chances import blend, calibrated, softmax
from lambdas.core.routing.scores import Opinion


def test_softmax_is_softmax() -> None:
    """Of sums times their worth; what is far below the best is left out."""
    found = dict(softmax([10, 12, -100], 0.5))
    assert found == pytest.approx({0: 1 / (1 + exp(1)), 1: exp(1) / (1 + exp(1))})


def test_the_second_opinion_counts_four_times() -> None:
    """A sum is worth its unit over the root of the question's size."""
    sure = Opinion([40, 0], 0, 4)
    torn = Opinion([3, 3], 7, 9)
    found = blend((sure, torn), (2.0, 1.0))
    assert found == pytest.approx({0: 0.6, 1: 0.4})


def test_a_question_of_nothing_known_chooses_nothing() -> None:
    """Every lane has the same chance."""
    nothing = Opinion([5, 5], 5, 0)
    assert blend((nothing, nothing), (1.0, 1.0)) == {0: 0.5, 1: 0.5}


def test_calibration_is_a_logistic_curve() -> None:
    """The oracle is its formula; certainty is clipped."""
    odds = 2 * log(0.8 / 0.2) - 1
    assert calibrated(0.8, 2.0, -1.0) == pytest.approx(1 / (1 + exp(-odds)))
    assert calibrated(1.0, 1.0, 0.0) < 1
    assert calibrated(0.0, 1.0, 0.0) > 0
