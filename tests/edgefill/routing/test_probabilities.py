"""Sums to probabilities, and calibration."""

from math import exp, log

import pytest

from edgefill.routing.probabilities import calibrate, compute_probabilities
from edgefill.routing.scorer import ScoreSums


def test_probabilities_are_the_softmax_of_the_scaled_sums() -> None:
    """A class far below the best is left out."""
    probabilities = compute_probabilities(ScoreSums([10, 12, -100], 0, 4), 1.0)
    assert probabilities == pytest.approx({0: 1 / (1 + exp(1)), 1: exp(1) / (1 + exp(1))})


def test_a_sum_is_scaled_by_the_unit_over_the_root_of_the_size() -> None:
    """The base of the sums makes no difference."""
    probabilities = compute_probabilities(ScoreSums([13, 10], 7, 9), 2.0)
    assert probabilities == pytest.approx({0: 1 / (1 + exp(-2)), 1: exp(-2) / (1 + exp(-2))})


def test_a_question_without_known_features_prefers_no_class() -> None:
    """Every class has the same probability."""
    assert compute_probabilities(ScoreSums([5, 5], 5, 0), 1.0) == {0: 0.5, 1: 0.5}


def test_calibration_is_a_logistic_curve() -> None:
    """The oracle is its formula; probabilities of 0 and 1 are clipped."""
    odds = 2 * log(0.8 / 0.2) - 1
    assert calibrate(0.8, 2.0, -1.0) == pytest.approx(1 / (1 + exp(-odds)))
    assert calibrate(1.0, 1.0, 0.0) < 1
    assert calibrate(0.0, 1.0, 0.0) > 0
