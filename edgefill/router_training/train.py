"""Train a router from examples, and report on it by cross-validation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from edgefill.router_training.questions.contradictions import add_opposites, find_contradicted
from edgefill.router_training.questions.examples import ExampleSource, TrainingSample, build_sample
from edgefill.router_training.questions.near_duplicates import group_questions
from edgefill.router_training.router_file import serialize_router
from edgefill.router_training.teacher.teacher import TEACHER_NAME, Teacher
from edgefill.router_training.teacher.training_set import ask_teacher, make_training_set
from edgefill.routing.question import Question

StepListener = Callable[[str], None]

# enough questions to certify a budget, so a second round of cross-validation is worth its time
_MANY_QUESTIONS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedRouter:
    """A router as a JSON object, and the report of its cross-validation."""

    router: dict[str, Any]
    report: RouterReport


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """Weights fitted to a whole sample, and held-out predictions by weights fitted to its folds.

    `refused` are the contrast utterances that no fit needs to see, because they contradict what
    their intent asserts.
    """

    sample: TrainingSample
    refused: tuple[Question, ...]
    weights: RouterWeights
    predictions: HeldOutPredictions
    teacher: str  # "" without a teacher


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
    """Train a router whose false hits stay within `budget` according to cross-validation.

    The same examples give the same router on the same machine. InputRefused names examples that
    cannot be used. `from_traffic`: see `fit`. `on_step` is called when each of the `count_steps`
    steps begins.
    """
    fitted = fit(
        examples, seed=seed, teacher=teacher, size=size, from_traffic=from_traffic, on_step=on_step
    )
    bounds = FalseHitBudget(false_hits=budget, confidence=confidence, out_of_scope=out_of_scope)
    return decide(fitted, examples, bounds, clarify=clarify)


def count_steps(examples: ExampleSource) -> int:
    """How many steps `train` takes: reading, the fits of cross-validation, and the last fit."""
    groups = (*examples.utterances.values(), examples.out_of_scope)
    return FOLDS * _choose_rounds(sum(map(len, groups))) + 2


def _choose_rounds(questions: int) -> int:
    return 2 if questions >= _MANY_QUESTIONS else 1


def fit(
    examples: ExampleSource,
    *,
    seed: int = 0,
    teacher: Teacher | None = None,
    size: ModelSize = STANDARD,
    from_traffic: bool = False,
    on_step: StepListener = lambda _step: None,
) -> FittedModel:
    """The slow part: one fit for each fold of each round, and one to all examples.

    Examples `from_traffic` are a selection of visitors' questions; others are assumed to be an
    author's variations, which cross-validation holds out together.
    """
    sample, refused = add_opposites(build_sample(examples), examples)
    size = size.limit_to(len(sample.questions))
    on_step("ask the teacher" if teacher else "read the examples")
    teacher_labels = ask_teacher(sample, teacher, seed=seed) if teacher else None

    def fit_questions(questions: Ints) -> RouterWeights:
        on_step("fit")
        training_set = make_training_set(sample, teacher_labels, questions)
        return fit_weights(training_set, size=size, seed=seed)

    # the order of additions must not depend on the machine's cores
    with threadpool_limits(1):
        rounds = _choose_rounds(len(sample.questions))
        predictions = cross_validate(
            sample, fit_questions, from_traffic=from_traffic, seed=seed, rounds=rounds
        )
        weights = fit_questions(np.arange(len(sample.targets)))
    groups = group_questions(sample, from_traffic=from_traffic)
    contradicted = find_contradicted(sample, examples.states, groups, predictions.best)
    predictions = replace(predictions, is_contradicted=contradicted)
    return FittedModel(
        sample=sample,
        refused=refused,
        weights=weights,
        predictions=predictions,
        teacher=TEACHER_NAME if teacher else "",
    )


def decide(
    fitted: FittedModel, examples: ExampleSource, budget: FalseHitBudget, *, clarify: bool
) -> TrainedRouter:
    """The fast part: choose thresholds for a budget, and report."""
    thresholds = choose_thresholds(fitted.predictions, budget)
    return TrainedRouter(
        router=serialize_router(
            fitted.sample,
            fitted.weights,
            thresholds,
            labels=examples.labels,
            clarify=clarify,
            states=examples.states,
        ),
        report=make_report(
            fitted.sample,
            fitted.predictions,
            thresholds,
            budget,
            teacher=fitted.teacher,
            refused_contrasts=len(fitted.refused),
        ),
    )
