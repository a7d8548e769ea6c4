"""From examples to a router."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from edgefill.router_training.evaluation.cross_validation import (
    FOLDS,
    HeldOutPredictions,
    cross_validate,
)
from edgefill.router_training.evaluation.report import RouterReport, make_report
from edgefill.router_training.evaluation.thresholds import FalseHitBudget, choose_thresholds
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.fit.weights import STANDARD, ModelSize, RouterWeights, fit_weights
from edgefill.router_training.questions.examples import ExampleSource, TrainingSample, sample_of
from edgefill.router_training.router_file import router_to_json
from edgefill.router_training.teacher.teacher import TEACHER_NAME, Teacher
from edgefill.router_training.teacher.training_set import ask_teacher, make_lesson

StepListener = Callable[[str], None]

_MANY = 5000  # questions that can certify a budget: worth another round of cross-validation


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedRouter:
    """A router, ready for JSON, and what cross-validation says of it."""

    router: dict[str, Any]
    report: RouterReport


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """Weights fitted to a whole sample, and how their like did on what they had not seen."""

    sample: TrainingSample
    weights: RouterWeights
    held: HeldOutPredictions
    teacher: str  # "" when there was none


def train(
    examples: ExampleSource,
    *,
    budget: float = 0.02,
    confidence: float = 0.95,
    out_of_scope: float | None = None,
    seed: int = 0,
    clarify: bool = True,
    teacher: Teacher | None = None,
    size: ModelSize = STANDARD,
    from_traffic: bool = False,
    on_step: StepListener = lambda _step: None,
) -> TrainedRouter:
    """A router whose false hits stay within `budget`, as far as cross-validation tells.

    The same examples give the same router, on the same machine. InputRefused when they cannot
    teach. `from_traffic`: see `fit`. `on_step` is called as each of `count_steps` begins.
    """
    fitted = fit(
        examples, seed=seed, teacher=teacher, size=size, from_traffic=from_traffic, on_step=on_step
    )
    bounds = FalseHitBudget(false_hits=budget, confidence=confidence, out_of_scope=out_of_scope)
    return decide(fitted, examples, bounds, clarify=clarify)


def count_steps(examples: ExampleSource) -> int:
    """How many steps `train` takes: reading, the fits of cross-validation, and the last one."""
    said = (*examples.utterances.values(), examples.out_of_scope)
    return FOLDS * _rounds(sum(map(len, said))) + 2


def _rounds(questions: int) -> int:
    return 2 if questions >= _MANY else 1


def fit(
    examples: ExampleSource,
    *,
    seed: int = 0,
    teacher: Teacher | None = None,
    size: ModelSize = STANDARD,
    from_traffic: bool = False,
    on_step: StepListener = lambda _step: None,
) -> FittedModel:
    """The slow part: one fit for each fold of each round, and one to everything.

    `drawn` examples are questions picked from what visitors asked; others are taken for an
    author's, who varies them. It decides what cross-validation may hold out alone.
    """
    sample = sample_of(examples)
    size = size.within(len(sample.questions))
    on_step("ask the teacher" if teacher else "read the examples")
    taught = ask_teacher(sample, teacher, seed=seed) if teacher else None

    def fit_seen(seen: Ints) -> RouterWeights:
        on_step("fit")
        return fit_weights(make_lesson(sample, taught, seen), size=size, seed=seed)

    with threadpool_limits(1):  # the order of additions must not hang on the machine's cores
        rounds = _rounds(len(sample.questions))
        held = cross_validate(sample, fit_seen, from_traffic=from_traffic, seed=seed, rounds=rounds)
        weights = fit_seen(np.arange(len(sample.targets)))
    return FittedModel(
        sample=sample, weights=weights, held=held, teacher=TEACHER_NAME if teacher else ""
    )


def decide(
    fitted: FittedModel, examples: ExampleSource, budget: FalseHitBudget, *, clarify: bool
) -> TrainedRouter:
    """The quick part: thresholds for a budget."""
    thresholds = choose_thresholds(fitted.held, budget)
    return TrainedRouter(
        router=router_to_json(
            fitted.sample,
            fitted.weights,
            thresholds,
            labels=examples.labels,
            clarify=clarify,
        ),
        report=make_report(fitted.sample, fitted.held, thresholds, budget, teacher=fitted.teacher),
    )
