"""Thresholds that keep a budget."""

from dataclasses import replace

import numpy as np
import pytest

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.thresholds import (
    NEVER,
    FalseHitBudget,
    choose_thresholds,
    weigh_questions,
)
from edgefill.routing.probabilities import calibrate


def make_predictions(count: int, *, out: int = 0, seed: int = 0) -> HeldOutPredictions:
    """Two intents with calibrated probabilities, and `out` questions out of scope."""
    rng = np.random.default_rng(seed)
    probabilities = rng.uniform(0.34, 1, count + out)
    best = rng.integers(0, 2, count + out)
    is_right = rng.random(count + out) < probabilities
    targets = np.where(is_right, best, 1 - best)
    targets[count:] = 2
    probabilities[count:] *= 0.6
    order = tuple((int(each), int(1 - each)) for each in best)
    return HeldOutPredictions(
        targets=targets,
        order=order,
        order_probabilities=np.column_stack([probabilities, 1 - probabilities]),
        class_count=3,
        is_contradicted=np.zeros(count + out, np.bool_),
    )


def measure_false_hits(
    predictions: HeldOutPredictions, budget: FalseHitBudget, threshold: float, scores: np.ndarray
) -> float:
    weights = weigh_questions(predictions, budget)
    is_served = scores >= threshold
    return float(
        weights[is_served & (predictions.best != predictions.targets)].sum()
        / weights[is_served].sum()
    )


def test_the_budget_holds_on_unseen_questions() -> None:
    """In at least 18 of 20 samples, at a confidence of 95%."""
    budget = FalseHitBudget(false_hits=0.1, out_of_scope=0.1)
    within = 0
    for seed in range(20):
        chosen = choose_thresholds(make_predictions(2000, out=200, seed=seed), budget)
        assert chosen.certified
        unseen = make_predictions(20_000, out=2000, seed=seed + 100)
        scores = chosen.compute_scores(unseen)
        within += measure_false_hits(unseen, budget, chosen.hit_threshold, scores) <= 0.1
    assert within >= 18


def test_a_second_round_adds_no_certainty() -> None:
    """Twice the same rows are not more questions, so the threshold stays the same."""
    once = make_predictions(2000, out=200)
    twice = replace(
        once,
        targets=np.tile(once.targets, 2),
        order=once.order * 2,
        order_probabilities=np.tile(once.order_probabilities, (2, 1)),
        is_contradicted=np.tile(once.is_contradicted, 2),
        rounds=2,
    )
    budget = FalseHitBudget(false_hits=0.1, out_of_scope=0.1)
    first, second = (choose_thresholds(each, budget) for each in (once, twice))
    assert second.hit_threshold == pytest.approx(first.hit_threshold, abs=1e-3)
    assert second.slope == pytest.approx(first.slope, rel=1e-3)


def test_more_confidence_serves_less() -> None:
    """A higher confidence has a higher bound, and so a higher threshold."""
    predictions = make_predictions(2000)
    sure, even = (
        choose_thresholds(predictions, FalseHitBudget(false_hits=0.1, confidence=each))
        for each in (0.99, 0.5)
    )
    assert sure.hit_threshold > even.hit_threshold


def test_few_examples_certify_nothing() -> None:
    """Twenty questions cannot certify 2%, and here no threshold met the budget."""
    chosen = choose_thresholds(make_predictions(20), FalseHitBudget())
    assert not chosen.certified
    assert chosen.hit_threshold == NEVER
    assert chosen.find_raw_threshold(0) == NEVER


def test_predictions_that_are_always_right_are_not_calibrated() -> None:
    """A curve cannot be fitted to one outcome."""
    right = HeldOutPredictions(
        targets=np.zeros(400, np.int64),
        order=((0, 1),) * 400,
        order_probabilities=np.full((400, 1), 0.9),
        class_count=3,
        is_contradicted=np.zeros(400, np.bool_),
    )
    chosen = choose_thresholds(right, FalseHitBudget())
    assert (chosen.slope, chosen.certified) == (1.0, True)
    assert chosen.clarify_threshold == chosen.hit_threshold


def test_scores_are_the_edges_own() -> None:
    """Calibration in numpy equals calibration at the edge."""
    predictions = make_predictions(300, out=30)
    chosen = choose_thresholds(predictions, FalseHitBudget(false_hits=0.2))
    scores = chosen.compute_scores(predictions)
    for at in range(50):
        intent = predictions.best[at]
        expected = calibrate(predictions.probabilities[at], chosen.slope, chosen.offsets[intent])
        assert scores[at] == pytest.approx(expected)


def test_an_intents_threshold_gives_the_common_score() -> None:
    """The raw threshold, calibrated with the intent's offset, is the hit threshold."""
    chosen = choose_thresholds(make_predictions(2000), FalseHitBudget(false_hits=0.1))
    score = calibrate(chosen.find_raw_threshold(1), chosen.slope, chosen.offsets[1])
    assert score == pytest.approx(chosen.hit_threshold)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_weights_give_out_of_scope_its_share(share: float) -> None:
    """For any number of out-of-scope questions among the examples."""
    predictions = make_predictions(300, out=30)
    weights = weigh_questions(predictions, FalseHitBudget(out_of_scope=share))
    assert weights.sum() == pytest.approx(1)
    assert weights[predictions.targets == predictions.out_of_scope_class].sum() == pytest.approx(
        share
    )


def test_a_contradicted_question_is_never_served() -> None:
    """Its score is that of a class which cannot be served."""
    predictions = make_predictions(400)
    chosen = choose_thresholds(predictions, FalseHitBudget(false_hits=0.2))
    all_contradicted = replace(predictions, is_contradicted=np.ones(400, np.bool_))
    assert set(chosen.compute_scores(all_contradicted)) == {-1.0}
    assert choose_thresholds(all_contradicted, FalseHitBudget()).hit_threshold == NEVER


def test_links_are_right_often_enough() -> None:
    """Of the least probable links that are offered, about 15% are right."""
    rng = np.random.default_rng(1)
    predictions = make_predictions(4000, seed=3)
    second = rng.uniform(0, 0.5, 4000)
    is_right = rng.random(4000) < second
    predictions = replace(
        predictions,
        targets=np.where(is_right, 1 - predictions.best, predictions.best),
        order_probabilities=np.column_stack([1 - second, second]),
    )
    chosen = choose_thresholds(predictions, FalseHitBudget())
    assert 0.08 < chosen.min_link_probability < 0.22


def test_without_unsure_questions_there_are_no_links() -> None:
    """No held-out question shows how often a link is right."""
    out = replace(make_predictions(50), order=((2, 0),) * 50)
    assert choose_thresholds(out, FalseHitBudget()).min_link_probability == NEVER
