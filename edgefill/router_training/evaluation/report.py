"""The report on a router: its figures from cross-validation, and warnings about its examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.statistics import (
    Flags,
    Floats,
    Rate,
    estimate_rate,
    estimate_weighted_rate,
)
from edgefill.router_training.evaluation.thresholds import (
    NEVER,
    FalseHitBudget,
    Thresholds,
    choose_thresholds,
    weigh_questions,
)
from edgefill.router_training.questions.examples import TrainingSample, group_targets

_PARTS = 5  # each part is served by thresholds that the other parts chose
_BINS = 10
# fields of report.json that the code names differently
_JSON_NAMES = {"served_share": "served", "correct_hits": "served", "warnings": "remarks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Questions with similar scores: the mean score, and the share that was right."""

    score: float
    right: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRow:
    """One intent: its utterances, and how many questions it was rightly and wrongly served for.

    `threshold` is a probability before calibration, None when the intent is never served.
    """

    intent: str
    utterances: int
    correct_hits: int
    false_hits: int
    threshold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterReport:
    """`served_share` is of all questions, `false_hits` of those served.

    `recall` is the share of out-of-scope questions that were not served, None without any.
    `opposites` is the share of contrast utterances that were served by routers which had not been
    taught the contrasts of their intent, None without any.
    `warnings` are what a reader must know before the figures.
    """

    questions: int
    out_of_scope: int
    teacher: str
    budget: float
    confidence: float
    certified: bool
    accuracy: Rate
    served_share: float
    false_hits: Rate
    recall: Rate | None
    opposites: Rate | None
    intents: tuple[IntentRow, ...]
    reliability: tuple[ReliabilityBin, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return asdict(
            self, dict_factory=lambda pairs: {_JSON_NAMES.get(k, k): each for k, each in pairs}
        )


def make_report(
    sample: TrainingSample,
    predictions: HeldOutPredictions,
    thresholds: Thresholds,
    budget: FalseHitBudget,
    *,
    teacher: str,
    refused_contrasts: int = 0,
) -> RouterReport:
    """Report how the router with `thresholds` did on `predictions`.

    Whether a question is served is decided by thresholds that were chosen without it. Of several
    rounds of cross-validation the figures are those of the first.
    """
    scores, is_served = _score_held_out(predictions, budget)
    predictions = predictions.first_round
    is_right = predictions.best == predictions.targets
    is_out = predictions.targets == predictions.out_of_scope_class
    weights = weigh_questions(predictions, budget)
    return RouterReport(
        questions=len(predictions.targets),
        out_of_scope=int(is_out.sum()),
        teacher=teacher,
        budget=budget.false_hits,
        confidence=budget.confidence,
        certified=thresholds.certified,
        accuracy=estimate_rate(is_right[~is_out]),
        served_share=float(weights[is_served].sum()),
        false_hits=estimate_weighted_rate(is_served, ~is_right, weights),
        recall=estimate_rate(~is_served[is_out]) if is_out.any() else None,
        opposites=_estimate_opposites(sample, is_served, refused_contrasts),
        intents=_make_intent_rows(sample, predictions, thresholds, is_served),
        reliability=_make_reliability_bins(scores, is_right),
        warnings=list_warnings(sample, budget, certified=thresholds.certified),
    )


def _estimate_opposites(
    sample: TrainingSample, is_served: Flags, refused_contrasts: int
) -> Rate | None:
    is_opposite = np.array([intent is not None for intent in sample.opposite_of])
    flags = np.append(is_served[is_opposite], np.zeros(refused_contrasts, np.bool_))
    return estimate_rate(flags) if len(flags) else None


def _score_held_out(
    predictions: HeldOutPredictions, budget: FalseHitBudget
) -> tuple[Floats, Flags]:
    """Scores, and what is served, part by part with the thresholds of the other parts."""
    part_of = np.random.default_rng(0).permutation(predictions.question_count) % _PARTS
    scores, is_served = np.zeros(len(part_of)), np.zeros(len(part_of), np.bool_)
    for part in range(_PARTS):
        here = np.flatnonzero(part_of == part)
        thresholds = choose_thresholds(predictions.select(np.flatnonzero(part_of != part)), budget)
        scores[here] = thresholds.compute_scores(predictions.first_round.select(here))
        is_served[here] = scores[here] >= thresholds.hit_threshold
    return scores, is_served


def _make_intent_rows(
    sample: TrainingSample,
    predictions: HeldOutPredictions,
    thresholds: Thresholds,
    is_served: Flags,
) -> tuple[IntentRow, ...]:
    is_right = predictions.best == predictions.targets
    rows = []
    for at, name in enumerate(sample.intents):
        is_here = is_served & (predictions.best == at)
        raw = thresholds.find_raw_threshold(at)
        rows.append(
            IntentRow(
                intent=name,
                utterances=int((predictions.targets == at).sum()),
                correct_hits=int((is_here & is_right).sum()),
                false_hits=int((is_here & ~is_right).sum()),
                threshold=raw if raw < NEVER else None,
            )
        )
    return tuple(rows)


def _make_reliability_bins(scores: Floats, is_right: Flags) -> tuple[ReliabilityBin, ...]:
    """Bins of equally many questions, the lowest scores first."""
    scored = np.flatnonzero(scores >= 0)
    order: Sequence[Any] = np.array_split(scored[np.argsort(scores[scored], kind="stable")], _BINS)
    return tuple(
        ReliabilityBin(
            score=float(scores[part].mean()), right=float(is_right[part].mean()), count=len(part)
        )
        for part in order
        if len(part)
    )


def list_warnings(
    sample: TrainingSample, budget: FalseHitBudget, *, certified: bool
) -> tuple[str, ...]:
    """One sentence per problem, the most serious first; () without problems."""
    warnings = () if certified else (_warn_uncertified(budget),)
    return (*warnings, *_warn_contradictions(sample), *_warn_repetitions(sample))


def _warn_uncertified(budget: FalseHitBudget) -> str:
    return (
        f"too few examples to certify {budget.false_hits:.1%} false hits with "
        f"{budget.confidence:.0%} confidence: the threshold met the budget on these examples, "
        "which proves little; add utterances or raise the budget"
    )


def _warn_contradictions(sample: TrainingSample) -> tuple[str, ...]:
    repeated = {
        each.text: targets for each, targets in group_targets(sample).items() if len(targets) > 1
    }
    if not repeated:
        return ()
    text, targets = next(iter(repeated.items()))
    names = (*sample.intents, "out of scope")
    where = " and ".join(names[target] for target in sorted(targets))
    return (
        f"questions declared under two intents: {len(repeated)}, such as {text!r} under {where}; "
        "keep each under one",
    )


def _warn_repetitions(sample: TrainingSample) -> tuple[str, ...]:
    count, different = len(sample.questions), len(group_targets(sample))
    if different > count // 2:
        return ()
    return (f"only {different} of {count} questions are different; repetitions teach nothing",)
