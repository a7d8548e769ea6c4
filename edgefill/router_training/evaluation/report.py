"""What cross-validation says of a router."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.report_warnings import remarks_of
from edgefill.router_training.evaluation.statistics import interval
from edgefill.router_training.evaluation.thresholds import (
    NEVER,
    FalseHitBudget,
    Thresholds,
    choose_thresholds,
    weights_of,
)
from edgefill.router_training.questions.examples import TrainingSample

Floats = NDArray[np.float64]

_PARTS = 5  # thresholds are judged on a part by those of the other parts
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share and where it lies with 95% confidence."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Questions whose scores are alike: the mean score, and how many were right."""

    score: float
    right: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRow:
    """One intent: its utterances, how many were served as theirs, and what was wrongly served."""

    intent: str
    utterances: int
    served: int
    false_hits: int
    threshold: float | None  # of the chance before calibration; None when nothing is served


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterReport:
    """Shares of all questions; false hits are of those served, recall of those out of scope."""

    questions: int
    out_of_scope: int
    teacher: str
    budget: float
    confidence: float
    certified: bool
    accuracy: Rate
    served: float
    false_hits: Rate
    recall: Rate | None  # None without questions out of scope
    intents: tuple[IntentRow, ...]
    reliability: tuple[ReliabilityBin, ...]
    remarks: tuple[str, ...]  # what to know before the figures

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return asdict(self)


def make_report(
    sample: TrainingSample,
    held: HeldOutPredictions,
    thresholds: Thresholds,
    budget: FalseHitBudget,
    *,
    teacher: str,
) -> RouterReport:
    """What `held` says of the router with `thresholds`.

    Served and false hits are those of thresholds that had not seen the question. Where there are
    several rounds, figures are of the first.
    """
    scores, is_served = _unseen(held, budget)
    held = held.first
    is_right, is_out = held.best == held.targets, held.targets == held.out
    weights = weights_of(held, budget)
    served = float(weights[is_served].sum())
    return RouterReport(
        questions=len(held.targets),
        out_of_scope=int(is_out.sum()),
        teacher=teacher,
        budget=budget.false_hits,
        confidence=budget.confidence,
        certified=thresholds.certified,
        accuracy=_rate(is_right[~is_out]),
        served=served,
        false_hits=false_hits(is_served, ~is_right, weights),
        recall=_rate(~is_served[is_out]) if is_out.any() else None,
        intents=_intents(sample, held, thresholds, is_served),
        reliability=_reliability(scores, is_right),
        remarks=remarks_of(sample, budget, certified=thresholds.certified),
    )


def false_hits(is_served: NDArray[np.bool_], is_wrong: NDArray[np.bool_], weights: Floats) -> Rate:
    """The weighted share; its interval is of as many questions as the weights are worth."""
    kept = weights[is_served]
    if not len(kept):
        return Rate(share=0.0, low=0.0, high=1.0)
    share = float(weights[is_served & is_wrong].sum() / kept.sum())
    worth = float(kept.sum() ** 2 / (kept**2).sum())
    low, high = interval(round(share * worth), round(worth))
    return Rate(share=share, low=low, high=high)


def _unseen(held: HeldOutPredictions, budget: FalseHitBudget) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores and what is served, part by part, by the thresholds of the other parts."""
    dealt = np.random.default_rng(0).permutation(held.questions) % _PARTS
    scores, is_served = np.zeros(len(dealt)), np.zeros(len(dealt), np.bool_)
    for part in range(_PARTS):
        here = np.flatnonzero(dealt == part)
        chosen = choose_thresholds(held.part(np.flatnonzero(dealt != part)), budget)
        scores[here] = chosen.scores(held.first.part(here))
        is_served[here] = scores[here] >= chosen.accept
    return scores, is_served


def _rate(hits: NDArray[np.bool_]) -> Rate:
    low, high = interval(int(hits.sum()), len(hits))
    return Rate(share=float(hits.mean()), low=low, high=high)


def _intents(
    sample: TrainingSample,
    held: HeldOutPredictions,
    thresholds: Thresholds,
    is_served: NDArray[np.bool_],
) -> tuple[IntentRow, ...]:
    is_right = held.best == held.targets
    rows = []
    for at, name in enumerate(sample.intents):
        is_here = is_served & (held.best == at)
        raw = thresholds.raw(at)
        rows.append(
            IntentRow(
                intent=name,
                utterances=int((held.targets == at).sum()),
                served=int((is_here & is_right).sum()),
                false_hits=int((is_here & ~is_right).sum()),
                threshold=raw if raw < NEVER else None,
            )
        )
    return tuple(rows)


def _reliability(scores: Floats, is_right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """Scores in bins of as many questions each, lowest first."""
    kept = np.flatnonzero(scores >= 0)
    order: Sequence[Any] = np.array_split(kept[np.argsort(scores[kept], kind="stable")], _BINS)
    return tuple(
        ReliabilityBin(
            score=float(scores[part].mean()), right=float(is_right[part].mean()), count=len(part)
        )
        for part in order
        if len(part)
    )
