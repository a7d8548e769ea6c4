"""From held-out chances to calibrated scores, and to the score from which on a hit is served."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.statistics import weighted_upper

Floats = NDArray[np.float64]

NEVER = 2.0  # a threshold that no score reaches
_SURE = 1e-6
_PARTS = 5
_POOLED = 0.1  # how far an intent's own offset may move from that of all: ridge on log odds


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseHitBudget:
    """False hits among served, the confidence that they stay within, the share out of scope.

    Without a share, the examples' own.
    """

    false_hits: float = 0.02
    confidence: float = 0.95
    out_of_scope: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`offsets` are by intent; hits are served from `accept` on, and asked back from `unsure`.

    Not `certified`: too few examples for the budget's confidence. `accept` is then a threshold
    that kept the budget on these, or NEVER.
    """

    slope: float
    offsets: Floats
    accept: float
    unsure: float
    certified: bool

    def scores(self, held: HeldOutPredictions) -> Floats:
        """Calibrated, by question; -1 where the best lane is out of scope."""
        own: Floats = np.append(self.offsets, 0.0)[held.best]
        odds: Floats = log_odds(held.chances) * self.slope + own
        scores: Floats = np.where(held.best == held.out, -1.0, 1 / (1 + np.exp(-odds)))
        return scores

    def raw(self, intent: int) -> float:
        """The chance, before calibration, from which on an intent is served."""
        if self.accept == NEVER:
            return NEVER
        odds = float(np.log(self.accept / (1 - self.accept)) - self.offsets[intent]) / self.slope
        return float(1 / (1 + np.exp(-odds)))


def log_odds(chances: Floats) -> Floats:
    """As the edge clips them."""
    sound = np.clip(chances, _SURE, 1 - _SURE)
    return np.asarray(np.log(sound / (1 - sound)))


def weights_of(held: HeldOutPredictions, budget: FalseHitBudget) -> Floats:
    """What each question counts for, one in all, so that `out_of_scope` is as the budget says."""
    is_out = held.targets == held.out
    share = is_out.mean() if budget.out_of_scope is None else budget.out_of_scope
    if not is_out.any() or is_out.all():
        return np.full(len(is_out), 1 / len(is_out))
    found: Floats = np.where(is_out, share / is_out.sum(), (1 - share) / (~is_out).sum())
    return found


def choose_thresholds(held: HeldOutPredictions, budget: FalseHitBudget) -> Thresholds:
    """The lowest threshold whose upper bound of false hits is within the budget.

    It is chosen by scores of curves that had not seen the question (Zadrozny and Elkan 2002 say
    why): a curve flatters what it was fitted to, and two percent are easily flattered away.
    """
    weights = weights_of(held, budget)
    with threadpool_limits(1):  # as in `fit`; on little data threads wait more than they work
        draft = _curve(held, weights)
        scores = _unseen_scores(held, weights)
    is_wrong = held.best != held.targets
    accept = sure = _accept(scores, is_wrong, weights, budget, held.rounds)
    if sure == NEVER:
        accept = _expected(scores, is_wrong, weights, budget.false_hits)
    return replace(
        draft, accept=accept, unsure=_unsure(held, scores, accept), certified=sure < NEVER
    )


def _unseen_scores(held: HeldOutPredictions, weights: Floats) -> Floats:
    """Scores part by part, by the curve of the other parts."""
    dealt = np.random.default_rng(0).permutation(held.questions) % _PARTS
    scores = np.zeros(len(held.targets))
    for part in range(_PARTS):
        here, others = np.flatnonzero(dealt == part), np.flatnonzero(dealt != part)
        curve = _curve(held.part(others), weights[held.rows(others)])
        scores[held.rows(here)] = curve.scores(held.part(here))
    return scores


def _curve(held: HeldOutPredictions, weights: Floats) -> Thresholds:
    """Platt's curve, no threshold yet: one slope, and offsets shrunk to that of all intents."""
    picked = held.best != held.out
    best, intents = held.best[picked], held.lanes - 1
    is_right = best == held.targets[picked]
    slope, offsets = 1.0, np.zeros(intents)
    if is_right.any() and not is_right.all():
        odds = log_odds(held.chances[picked])[:, None]
        own = np.eye(intents)[best] * _POOLED
        model = LogisticRegression(C=1.0, max_iter=1000).fit(
            np.hstack([odds, own]), is_right, sample_weight=weights[picked] * held.questions
        )
        slope = float(model.coef_[0, 0])
        offsets = model.coef_[0, 1:] * _POOLED + model.intercept_[0]
    return Thresholds(slope=slope, offsets=offsets, accept=NEVER, unsure=NEVER, certified=False)


def _accept(
    scores: Floats,
    is_wrong: NDArray[np.bool_],
    weights: Floats,
    budget: FalseHitBudget,
    rounds: int,
) -> float:
    """A question that was wrong in some of the rounds is so much of a false hit.

    Its variance is that of a whole one at most, by as much: rounds are no more questions.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= 0]
    if not len(order):
        return NEVER
    lost = np.where(is_wrong[order], weights[order], 0.0)
    total, squares = np.cumsum(lost), rounds * np.cumsum(lost**2)
    upper = weighted_upper(total, squares, rounds * float(weights.max()), budget.confidence)
    sound = np.flatnonzero(upper <= budget.false_hits * np.cumsum(weights[order]))
    return float(scores[order[sound[-1]]]) if len(sound) else NEVER


def _expected(scores: Floats, is_wrong: NDArray[np.bool_], weights: Floats, budget: float) -> float:
    """The lowest threshold that kept the budget here, and would if scores were true chances."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= 0]
    kept = budget * np.cumsum(weights[order])
    lost, feared = (np.cumsum((weights * each)[order]) for each in (is_wrong, 1 - scores))
    sound = np.flatnonzero((lost <= kept) & (feared <= kept))
    return float(scores[order[sound[-1]]]) if len(sound) else NEVER


def _unsure(held: HeldOutPredictions, scores: Floats, accept: float) -> float:
    """The lowest score from which on asking back shows the right answer more often than not."""
    order = np.argsort(-scores, kind="stable")
    grey = order[(scores[order] < accept) & (scores[order] >= 0)]
    if not len(grey):
        return accept
    is_shown = np.array([held.targets[at] in held.order[at] for at in grey])
    share = np.cumsum(is_shown) / np.arange(1, len(grey) + 1)
    sound = np.flatnonzero(share > 0.5)
    return float(scores[grey[sound[-1]]]) if len(sound) else accept
