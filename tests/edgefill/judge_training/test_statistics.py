import math

import numpy as np
import pytest

from edgefill.judge_training.statistics import (
    bootstrap_interval,
    measure_auc,
    measure_calibration,
    measure_kappa,
    measure_matched_auc,
    measure_precision,
    measure_recall,
)

LABELS = np.array([True, True, False, False])


def test_auc_counts_ordered_pairs_and_ties_as_half() -> None:
    assert measure_auc(np.array([0.9, 0.4, 0.4, 0.1]), LABELS) == 0.875
    assert math.isnan(measure_auc(np.array([1.0]), np.array([True])))


def test_the_length_matched_auc_compares_texts_of_like_length() -> None:
    scores, lengths = np.array([0.9, 0.1, 0.5, 0.5]), np.array([100.0, 300.0, 101.0, 290.0])
    assert measure_matched_auc(scores, LABELS, lengths) == 0.5
    assert math.isnan(measure_matched_auc(scores, LABELS, np.array([1.0, 2.0, 4.0, 8.0])))


def test_precision_and_recall() -> None:
    passes = np.array([True, False, True, False])
    assert measure_precision(passes, LABELS) == 0.5
    assert measure_recall(passes, LABELS) == 0.5
    assert math.isnan(measure_precision(np.zeros(4, dtype=bool), LABELS))
    assert math.isnan(measure_recall(passes, np.zeros(4, dtype=bool)))


def test_an_interval_holds_the_figure_and_skips_samples_without_one() -> None:
    low, high = bootstrap_interval(lambda rows: float(LABELS[rows].mean()), 4)
    assert low < 0.5 < high
    assert math.isnan(bootstrap_interval(lambda _rows: math.nan, 4)[0])


def test_a_calibrated_judge_has_no_error() -> None:
    bins, error = measure_calibration(np.array([0.5, 0.5, 1.0]), np.array([True, False, True]))
    assert error == 0
    assert [each["count"] for each in bins] == [2, 1]
    assert measure_calibration(np.array([]), np.array([], dtype=bool)) == ([], 0.0)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [([1, 1, 0, 0], [1, 1, 0, 0], 1), ([1, 1, 0, 0], [1, 0, 1, 0], 0), ([1, 1], [1, 1], 1)],
)
def test_kappa_is_agreement_beyond_chance(
    first: list[int], second: list[int], kappa: float
) -> None:
    assert measure_kappa(list(map(bool, first)), list(map(bool, second))) == kappa
