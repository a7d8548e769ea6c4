import numpy as np
import pytest

from edgefill.judge_training.fit import bound_share, choose_threshold, fit_calibration


@pytest.mark.parametrize(
    ("probabilities", "labels", "threshold"),
    [
        ([0.9, 0.8, 0.3, 0.2], [1, 1, 0, 0], 0.8),
        ([0.9, 0.8, 0.8, 0.2], [1, 1, 0, 0], 0.9),
        ([0.9, 0.8], [0, 1], 1.01),
    ],
)
def test_the_threshold_passes_as_much_as_the_share_of_bad_texts_allows(
    probabilities: list[float], labels: list[int], threshold: float
) -> None:
    labels_ = np.array(labels, dtype=bool)
    assert choose_threshold(np.array(probabilities), labels_, 0.03) == threshold


def test_the_bound_of_a_share_shrinks_with_the_number_of_texts() -> None:
    assert bound_share(0, 10) > bound_share(0, 100) > 0.02
    assert bound_share(0, 0) == 1


def test_calibration_keeps_the_order_and_needs_both_labels() -> None:
    slope, _ = fit_calibration(
        np.array([-1.0, 0.0, 1.0, 2.0]), np.array([False, False, True, True])
    )
    assert slope > 0
    assert fit_calibration(np.array([1.0]), np.array([True])) == (1.0, 0.0)
