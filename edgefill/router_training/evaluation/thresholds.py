"""Calibrate held-out probabilities to scores, and choose the score from which a hit is served."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.statistics import Flags, Floats, bound_weighted_count

NEVER = 2.0  # a threshold above every score
_CLIP = 1e-6
_PARTS = 5
_MIN_LINK_SHARE = 0.15  # of equally probable links, the share that must be right
_POOLING = 0.1  # how far an intent's own offset may move from the common one: ridge on log odds


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseHitBudget:
    """The share of false hits among served questions, and the confidence of staying within it.

    `out_of_scope` is the share of out-of-scope questions to expect, None for that of the examples.
    """

    false_hits: float = 0.02
    confidence: float = 0.95
    out_of_scope: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Calibration (`slope`, and `offsets` by intent) and the scores that decide on a question.

    A hit is served from `hit_threshold`, a clarifying answer from `clarify_threshold`, with links
    to the intents that have at least `min_link_probability`. Without
    `certified` there were too few examples for the budget's confidence; `hit_threshold` then met
    the budget on these examples, or is NEVER.
    """

    slope: float
    offsets: Floats
    hit_threshold: float
    clarify_threshold: float
    min_link_probability: float
    certified: bool

    def compute_scores(self, predictions: HeldOutPredictions) -> Floats:
        """Calibrated scores by row; -1 where the best class cannot be served."""
        own: Floats = np.append(self.offsets, 0.0)[predictions.best]
        odds: Floats = compute_log_odds(predictions.probabilities) * self.slope + own
        is_out = predictions.best == predictions.out_of_scope_class
        scores: Floats = np.where(
            is_out | predictions.is_contradicted, -1.0, 1 / (1 + np.exp(-odds))
        )
        return scores

    def find_raw_threshold(self, intent: int) -> float:
        """The probability before calibration from which an intent is served."""
        if self.hit_threshold == NEVER:
            return NEVER
        odds = (
            float(np.log(self.hit_threshold / (1 - self.hit_threshold)) - self.offsets[intent])
            / self.slope
        )
        return float(1 / (1 + np.exp(-odds)))


def compute_log_odds(probabilities: Floats) -> Floats:
    """Log odds of probabilities, clipped as at the edge."""
    clipped = np.clip(probabilities, _CLIP, 1 - _CLIP)
    return np.asarray(np.log(clipped / (1 - clipped)))


def weigh_questions(predictions: HeldOutPredictions, budget: FalseHitBudget) -> Floats:
    """A weight for each question, 1 in total, that gives `budget.out_of_scope` its share."""
    is_out = predictions.targets == predictions.out_of_scope_class
    share = is_out.mean() if budget.out_of_scope is None else budget.out_of_scope
    if not is_out.any() or is_out.all():
        return np.full(len(is_out), 1 / len(is_out))
    weights: Floats = np.where(is_out, share / is_out.sum(), (1 - share) / (~is_out).sum())
    return weights


def choose_thresholds(predictions: HeldOutPredictions, budget: FalseHitBudget) -> Thresholds:
    """The lowest threshold whose upper bound of false hits is within the budget.

    It is chosen on scores of calibrations that were fitted without the question (Zadrozny and
    Elkan 2002): a calibration is too optimistic about the questions it was fitted to, which
    matters at a budget of two percent.
    """
    weights = weigh_questions(predictions, budget)
    # one thread as in `fit`: with little data, synchronizing threads costs more than the work
    with threadpool_limits(1):
        uncut = _fit_calibration(predictions, weights)
        scores = _score_held_out(predictions, weights)
    is_wrong = predictions.best != predictions.targets
    threshold = certain = _find_certified_threshold(
        scores, is_wrong, weights, budget, predictions.rounds
    )
    if certain == NEVER:
        threshold = _find_expected_threshold(scores, is_wrong, weights, budget.false_hits)
    return replace(
        uncut,
        hit_threshold=threshold,
        clarify_threshold=_find_clarify_threshold(predictions, scores, threshold),
        min_link_probability=_find_link_floor(predictions, scores < threshold),
        certified=certain < NEVER,
    )


def _score_held_out(predictions: HeldOutPredictions, weights: Floats) -> Floats:
    """Scores, part by part with the calibration of the other parts."""
    part_of = np.random.default_rng(0).permutation(predictions.question_count) % _PARTS
    scores = np.zeros(len(predictions.targets))
    for part in range(_PARTS):
        here, others = np.flatnonzero(part_of == part), np.flatnonzero(part_of != part)
        calibration = _fit_calibration(
            predictions.select(others), weights[predictions.find_rows(others)]
        )
        scores[predictions.find_rows(here)] = calibration.compute_scores(predictions.select(here))
    return scores


def _fit_calibration(predictions: HeldOutPredictions, weights: Floats) -> Thresholds:
    """Platt's curve without thresholds: one slope, and offsets shrunk towards a common one."""
    is_in = predictions.best != predictions.out_of_scope_class
    best, intents = predictions.best[is_in], predictions.class_count - 1
    is_right = best == predictions.targets[is_in]
    slope, offsets = 1.0, np.zeros(intents)
    if is_right.any() and not is_right.all():
        odds = compute_log_odds(predictions.probabilities[is_in])[:, None]
        own = np.eye(intents)[best] * _POOLING
        model = LogisticRegression(C=1.0, max_iter=1000).fit(
            np.hstack([odds, own]),
            is_right,
            sample_weight=weights[is_in] * predictions.question_count,
        )
        slope = float(model.coef_[0, 0])
        offsets = model.coef_[0, 1:] * _POOLING + model.intercept_[0]
    return Thresholds(
        slope=slope,
        offsets=offsets,
        hit_threshold=NEVER,
        clarify_threshold=NEVER,
        min_link_probability=NEVER,
        certified=False,
    )


def _find_certified_threshold(
    scores: Floats, is_wrong: Flags, weights: Floats, budget: FalseHitBudget, rounds: int
) -> float:
    """The lowest threshold whose upper bound is within the budget, or NEVER.

    A question that was wrong in k of n rounds counts as k/n of a false hit. Its variance is
    bounded by that of a whole one in the same proportion: more rounds are not more questions.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= 0]
    if not len(order):
        return NEVER
    lost = np.where(is_wrong[order], weights[order], 0.0)
    total, squares = np.cumsum(lost), rounds * np.cumsum(lost**2)
    upper = bound_weighted_count(total, squares, rounds * float(weights.max()), budget.confidence)
    within = np.flatnonzero(upper <= budget.false_hits * np.cumsum(weights[order]))
    return float(scores[order[within[-1]]]) if len(within) else NEVER


def _find_expected_threshold(
    scores: Floats, is_wrong: Flags, weights: Floats, budget: float
) -> float:
    """The lowest threshold that met the budget here, and would if scores were probabilities."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= 0]
    allowed = budget * np.cumsum(weights[order])
    lost, expected = (np.cumsum((weights * each)[order]) for each in (is_wrong, 1 - scores))
    within = np.flatnonzero((lost <= allowed) & (expected <= allowed))
    return float(scores[order[within[-1]]]) if len(within) else NEVER


def _find_clarify_threshold(
    predictions: HeldOutPredictions, scores: Floats, hit_threshold: float
) -> float:
    """The lowest score from which most clarifying answers offer the right experience."""
    order = np.argsort(-scores, kind="stable")
    below = order[(scores[order] < hit_threshold) & (scores[order] >= 0)]
    if not len(below):
        return hit_threshold
    is_offered = np.array([predictions.targets[at] in predictions.order[at] for at in below])
    share = np.cumsum(is_offered) / np.arange(1, len(below) + 1)
    within = np.flatnonzero(share > 0.5)
    return float(scores[below[within[-1]]]) if len(within) else hit_threshold


def _find_link_floor(predictions: HeldOutPredictions, is_unsure: Flags) -> float:
    """The least probability of a link that is right often enough, by isotonic regression."""
    links = [
        (probability, predictions.targets[at] == intent)
        for at in np.flatnonzero(is_unsure & (predictions.best != predictions.out_of_scope_class))
        for intent, probability in zip(
            predictions.order[at], predictions.order_probabilities[at], strict=False
        )
        if intent != predictions.out_of_scope_class
    ]
    if not links:
        return NEVER
    probabilities, is_right = np.array(links).T
    shares = IsotonicRegression().fit_transform(probabilities, is_right)
    often = probabilities[shares >= _MIN_LINK_SHARE]
    return float(often.min()) if len(often) else NEVER
