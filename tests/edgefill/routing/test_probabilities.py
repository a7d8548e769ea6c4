"""From sums to chances."""

from math import exp, log

import pytest

from edgefill.routing.probabilities import calibrated, chances_of
from edgefill.routing.scores import ScoreSums


def test_softmax_is_softmax() -> None:
    """Of sums times their worth; what is far below the best is left out."""
    found = chances_of(ScoreSums([10, 12, -100], 0, 4), 1.0)
    assert found == pytest.approx({0: 1 / (1 + exp(1)), 1: exp(1) / (1 + exp(1))})


def test_a_sum_is_worth_its_unit_over_the_root_of_the_size() -> None:
    """What the sums stand above themselves does not count."""
    found = chances_of(ScoreSums([13, 10], 7, 9), 2.0)
    assert found == pytest.approx({0: 1 / (1 + exp(-2)), 1: exp(-2) / (1 + exp(-2))})


def test_a_question_of_nothing_known_chooses_nothing() -> None:
    """Every lane has the same chance."""
    assert chances_of(ScoreSums([5, 5], 5, 0), 1.0) == {0: 0.5, 1: 0.5}


def test_calibration_is_a_logistic_curve() -> None:
    """The oracle is its formula; certainty is clipped."""
    odds = 2 * log(0.8 / 0.2) - 1
    assert calibrated(0.8, 2.0, -1.0) == pytest.approx(1 / (1 + exp(-odds)))
    assert calibrated(1.0, 1.0, 0.0) < 1
    assert calibrated(0.0, 1.0, 0.0) > 0
