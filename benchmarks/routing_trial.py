"""One trial: the router and its baselines with the same training and test data."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.baselines import apply_default_cosine, fit_baselines
from benchmarks.routing_data import RoutingTrial
from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.statistics import Flags, estimate_weighted_rate
from edgefill.router_training.evaluation.thresholds import (
    FalseHitBudget,
    choose_thresholds,
    weigh_questions,
)
from edgefill.router_training.questions.examples import TrainingSample, build_sample, read_sample
from edgefill.router_training.teacher.teacher import Teacher
from edgefill.router_training.train import decide, fit
from edgefill.routing.question import read_question
from edgefill.routing.router import Router

_PASSES = 15
_WEIGHTS = {f"word {number}": number / 7 for number in range(250)}
_WORDS = tuple(_WEIGHTS)

Row = dict[str, Any]


def run_trial(
    trial: RoutingTrial, teacher: Teacher | None, *, with_baselines: bool
) -> dict[str, Any]:
    """The trial's rows and the cost of a query, as a JSON object."""
    test = read_sample(trial.test)
    sys.stderr.write(f"{trial.name}: training\n")
    fitted = fit(
        trial.training, teacher=teacher, from_traffic=trial.from_traffic, on_step=_print_step
    )
    rows: list[Row] = []
    cost: dict[str, float] = {}
    for mix, share in trial.mixes.items():
        trained = decide(fitted, trial.training, FalseHitBudget(out_of_scope=share), clarify=False)
        if not cost:
            cost = _measure_cost(trained.router, trial)
        rows.append(_judge_router(Router(trained.router), test, mix, share))
    if with_baselines:
        rows += _judge_baselines(trial, test, teacher)
    return {
        "name": trial.name,
        "trained": len(fitted.sample.targets),
        "asked": len(test.targets),
        "rows": rows,
        "cost": cost,
    }


def _print_step(step: str) -> None:
    sys.stderr.write(f"  {step}\n")


def _judge_router(router: Router, test: TrainingSample, mix: str, share: float | None) -> Row:
    """Route the test as the edge would, exact matches included."""
    routes = [router.route(question) for question in test.questions]
    is_served = np.array([route.verdict == "hit" for route in routes])
    best = [router.model.scorer.score(question.words).argmax for question in test.questions]
    names = (*router.model.intents, None)
    targets = [names[target] for target in test.targets]
    is_wrong = np.array([r.experience != t for r, t in zip(routes, targets, strict=True)])
    predictions = HeldOutPredictions(
        targets=np.asarray(test.targets),
        order=tuple((each,) for each in best),
        order_probabilities=np.zeros((len(best), 1)),
        class_count=test.class_count,
        is_contradicted=np.zeros(len(best), np.bool_),
    )
    return _make_row("Edgefill", mix, predictions, (is_served, is_wrong), share)


def _judge_baselines(
    trial: RoutingTrial, test: TrainingSample, teacher: Teacher | None
) -> list[Row]:
    rows = []
    for baseline in fit_baselines(
        build_sample(trial.training), test, teacher, from_traffic=trial.from_traffic
    ):
        sys.stderr.write(f"  {baseline.name}\n")
        is_wrong = baseline.test.best != baseline.test.targets
        for mix, share in trial.mixes.items():
            thresholds = choose_thresholds(baseline.validation, FalseHitBudget(out_of_scope=share))
            is_served = thresholds.compute_scores(baseline.test) >= thresholds.hit_threshold
            rows.append(_make_row(baseline.name, mix, baseline.test, (is_served, is_wrong), share))
            if "nearest" in baseline.name:
                by_rule = apply_default_cosine(baseline)
                rows.append(
                    _make_row(
                        "GPTCache rule, cosine 0.6", mix, baseline.test, (by_rule, is_wrong), share
                    )
                )
    return rows


def _make_row(
    name: str,
    mix: str,
    predictions: HeldOutPredictions,
    flags: tuple[Flags, Flags],
    share: float | None,
) -> Row:
    """`flags` tell which questions were served, and for which the answer is wrong."""
    is_served, is_wrong = flags
    weights = weigh_questions(predictions, FalseHitBudget(out_of_scope=share))
    rate = estimate_weighted_rate(is_served, is_wrong, weights)
    is_in = predictions.targets != predictions.out_of_scope_class
    return {
        "mix": mix,
        "router": name,
        "accuracy": float((predictions.best == predictions.targets)[is_in].mean()),
        "served": float(weights[is_served].sum()),
        "false_hits": rate.share,
        "interval": [rate.low, rate.high],
        "out_of_scope_served": int((is_served & ~is_in).sum()),
    }


def _measure_cost(data: dict[str, Any], trial: RoutingTrial) -> dict[str, float]:
    """Microseconds per query with reading it, milliseconds to load, bytes zipped, and ratios.

    `p50_us` and `p99_us` are over the fastest pass of each question, because other passes also
    measure disturbances of the machine (see `timeit`). `all_p50_us` and `all_p99_us` are over all
    passes. The first pass, which fills the router's cache, is not counted. `p50` and `p99` are
    multiples of a fixed piece of work, which takes turns with the passes; `load` is a multiple of
    parsing the same JSON.
    """
    text = json.dumps(data, separators=(",", ":"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        bundle.writestr("router.json", text)
    loads, parses = [], []
    for _ in range(_PASSES):
        parses.append(_time(lambda: json.loads(text)))
        loads.append(_time(lambda: Router(json.loads(text))))
    router = Router(json.loads(text))
    questions = [text for texts in trial.test.utterances.values() for text in texts][::5]
    rows, works = [], []
    for _ in range(_PASSES + 1):
        works += [_time(_do_fixed_work) for _ in range(100)]
        rows.append(_time_pass(router, questions[:500]))
    passes, work_us = np.array(rows[1:]) * 1e6, min(works) * 1e6
    p50, p99 = np.percentile(passes.min(axis=0), (50, 99))
    all_p50, all_p99 = np.percentile(passes, (50, 99))
    return {
        "p50_us": float(p50),
        "p99_us": float(p99),
        "all_p50_us": float(all_p50),
        "all_p99_us": float(all_p99),
        "load_ms": min(loads) * 1e3,
        "zipped": len(packed.getvalue()),
        "p50": float(p50) / work_us,
        "p99": float(p99) / work_us,
        "load": min(loads) / min(parses),
    }


def _do_fixed_work() -> float:
    """Look up words and add up their weights, which is what a query mostly does."""
    total = 0.0
    for word in _WORDS:
        total += _WEIGHTS[word]
    return total


def _time(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _time_pass(router: Router, questions: list[str]) -> list[float]:
    """Seconds for each question, one after another."""
    return [_time(partial(_route, router, each)) for each in questions]


def _route(router: Router, text: str) -> None:
    router.route(read_question(text))
