"""Thresholds for a budget."""

from dataclasses import replace

import numpy as np
import pytest

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.thresholds import (
    NEVER,
    FalseHitBudget,
    choose_thresholds,
    weights_of,
)
from edgefill.routing.probabilities import calibrated


def held(count: int, *, out: int = 0, seed: int = 0) -> HeldOutPredictions:
    """Two intents whose chances mean what they say, and `out` questions out of scope."""
    dice = np.random.default_rng(seed)
    chances = dice.uniform(0.34, 1, count + out)
    best = dice.integers(0, 2, count + out)
    is_right = dice.random(count + out) < chances
    targets = np.where(is_right, best, 1 - best)
    targets[count:] = 2
    chances[count:] *= 0.6
    order = tuple((int(lane), int(1 - lane)) for lane in best)
    return HeldOutPredictions(targets=targets, order=order, chances=chances, lanes=3)


def false_hits(
    found: HeldOutPredictions, budget: FalseHitBudget, threshold: float, scores: np.ndarray
) -> float:
    weights = weights_of(found, budget)
    is_served = scores >= threshold
    return float(
        weights[is_served & (found.best != found.targets)].sum() / weights[is_served].sum()
    )


def test_the_budget_is_kept_on_unseen_questions() -> None:
    """In at least 18 of 20 draws: the confidence asked for is 95%."""
    budget = FalseHitBudget(false_hits=0.1, out_of_scope=0.1)
    kept = 0
    for seed in range(20):
        chosen = choose_thresholds(held(2000, out=200, seed=seed), budget)
        assert chosen.certified
        unseen = held(20_000, out=2000, seed=seed + 100)
        kept += false_hits(unseen, budget, chosen.accept, chosen.scores(unseen)) <= 0.1
    assert kept >= 18


def test_a_second_round_adds_no_certainty() -> None:
    """The same rows twice are as many questions, so the threshold stays where it was."""
    once = held(2000, out=200)
    twice = replace(
        once,
        targets=np.tile(once.targets, 2),
        order=once.order * 2,
        chances=np.tile(once.chances, 2),
        rounds=2,
    )
    budget = FalseHitBudget(false_hits=0.1, out_of_scope=0.1)
    first, second = (choose_thresholds(each, budget) for each in (once, twice))
    assert second.accept == pytest.approx(first.accept, abs=1e-3)
    assert second.slope == pytest.approx(first.slope, rel=1e-3)


def test_more_confidence_serves_less() -> None:
    """The bound is above the estimate."""
    found = held(2000)
    sure, even = (
        choose_thresholds(found, FalseHitBudget(false_hits=0.1, confidence=each))
        for each in (0.99, 0.5)
    )
    assert sure.accept > even.accept


def test_few_examples_certify_nothing() -> None:
    """Twenty cannot show 2%; none of them is served when even odds are out of reach."""
    chosen = choose_thresholds(held(20), FalseHitBudget())
    assert not chosen.certified
    assert chosen.accept == NEVER
    assert chosen.raw(0) == NEVER


def test_what_is_always_right_is_not_calibrated() -> None:
    """There is nothing to fit a curve to."""
    right = HeldOutPredictions(
        targets=np.zeros(400, np.int64), order=((0, 1),) * 400, chances=np.full(400, 0.9), lanes=3
    )
    chosen = choose_thresholds(right, FalseHitBudget())
    assert (chosen.slope, chosen.certified) == (1.0, True)
    assert chosen.unsure == chosen.accept


def test_scores_are_the_edges_own() -> None:
    """The curve in numpy is the curve in core."""
    found = held(300, out=30)
    chosen = choose_thresholds(found, FalseHitBudget(false_hits=0.2))
    scores = chosen.scores(found)
    for at in range(50):
        lane = found.best[at]
        expected = calibrated(found.chances[at], chosen.slope, chosen.offsets[lane])
        assert scores[at] == pytest.approx(expected)


def test_an_intents_threshold_gives_the_common_score() -> None:
    """`raw` is where an intent's own curve reaches `accept`."""
    chosen = choose_thresholds(held(2000), FalseHitBudget(false_hits=0.1))
    score = calibrated(chosen.raw(1), chosen.slope, chosen.offsets[1])
    assert score == pytest.approx(chosen.accept)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_weights_make_the_share(share: float) -> None:
    """However many questions out of scope there are."""
    found = held(300, out=30)
    weights = weights_of(found, FalseHitBudget(out_of_scope=share))
    assert weights.sum() == pytest.approx(1)
    assert weights[found.targets == found.out].sum() == pytest.approx(share)
