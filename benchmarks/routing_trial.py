"""One trial: the router and its rivals, taught alike and asked alike."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.rivals import by_default_cosine, rivals
from benchmarks.routing_data import RoutingTrial
from edgefill.router_training.evaluation.cross_validation import HeldOutPredictions
from edgefill.router_training.evaluation.report import false_hits
from edgefill.router_training.evaluation.thresholds import (
    FalseHitBudget,
    choose_thresholds,
    weights_of,
)
from edgefill.router_training.questions.examples import TrainingSample, read_sample, sample_of
from edgefill.router_training.teacher.teacher import Teacher
from edgefill.router_training.train import decide, fit
from edgefill.routing.question import read_question
from edgefill.routing.router import Router

_PASSES = 15

Row = dict[str, Any]
Flags = NDArray[np.bool_]


def judge(trial: RoutingTrial, teacher: Teacher | None, *, with_rivals: bool) -> dict[str, Any]:
    """The trial's rows and what a query costs, as a JSON object."""
    test = read_sample(trial.asked)
    sys.stderr.write(f"{trial.name}: training\n")
    fitted = fit(trial.taught, teacher=teacher, from_traffic=trial.from_traffic, on_step=_tell)
    rows: list[Row] = []
    cost: dict[str, float] = {}
    for mix, share in trial.mixes.items():
        trained = decide(fitted, trial.taught, FalseHitBudget(out_of_scope=share), clarify=False)
        if not cost:
            cost = _cost(trained.router, trial)
        rows.append(_routed(Router(trained.router), test, mix, share))
    if with_rivals:
        rows += _rivals(trial, test, teacher)
    return {
        "name": trial.name,
        "trained": len(fitted.sample.targets),
        "asked": len(test.targets),
        "rows": rows,
        "cost": cost,
    }


def _tell(step: str) -> None:
    sys.stderr.write(f"  {step}\n")


def _routed(router: Router, test: TrainingSample, mix: str, share: float | None) -> Row:
    """What the edge would do, known questions and all."""
    routes = [router.route(question) for question in test.questions]
    is_served = np.array([route.verdict == "hit" for route in routes])
    chosen = [max(router.chances(q).items(), key=lambda each: each[1])[0] for q in test.questions]
    names = (*router.model.intents, None)
    targets = [names[target] for target in test.targets]
    is_wrong = np.array([r.experience != t for r, t in zip(routes, targets, strict=True)])
    held = HeldOutPredictions(
        targets=np.asarray(test.targets),
        order=tuple((each,) for each in chosen),
        chances=np.zeros(len(chosen)),
        lanes=test.lanes,
    )
    return _row("Edgefill", mix, held, (is_served, is_wrong), share)


def _rivals(trial: RoutingTrial, test: TrainingSample, teacher: Teacher | None) -> list[Row]:
    rows = []
    for rival in rivals(sample_of(trial.taught), test, teacher, from_traffic=trial.from_traffic):
        sys.stderr.write(f"  {rival.name}\n")
        is_wrong = rival.test.best != rival.test.targets
        for mix, share in trial.mixes.items():
            thresholds = choose_thresholds(rival.validation, FalseHitBudget(out_of_scope=share))
            is_served = thresholds.scores(rival.test) >= thresholds.accept
            rows.append(_row(rival.name, mix, rival.test, (is_served, is_wrong), share))
            if "nearest" in rival.name:
                by_rule = by_default_cosine(rival)
                rows.append(
                    _row("GPTCache rule, cosine 0.6", mix, rival.test, (by_rule, is_wrong), share)
                )
    return rows


def _row(
    name: str, mix: str, held: HeldOutPredictions, served: tuple[Flags, Flags], share: float | None
) -> Row:
    """`served` holds what was served, and which answers are wrong."""
    is_served, is_wrong = served
    weights = weights_of(held, FalseHitBudget(out_of_scope=share))
    rate = false_hits(is_served, is_wrong, weights)
    is_in = held.targets != held.out
    return {
        "mix": mix,
        "router": name,
        "accuracy": float((held.best == held.targets)[is_in].mean()),
        "served": float(weights[is_served].sum()),
        "false_hits": rate.share,
        "interval": [rate.low, rate.high],
        "out_of_scope_served": int((is_served & ~is_in).sum()),
    }


def _cost(data: dict[str, Any], trial: RoutingTrial) -> dict[str, float]:
    """Microseconds a query, reading included; milliseconds to load; bytes zipped.

    `p50_us` and `p99_us` are over questions, of the fastest pass of each, since a pass that the
    machine disturbs says nothing of the router (as `timeit` advises); `all_p50_us` and
    `all_p99_us` are over all passes. The first, which fills the router's memory, counts for none.
    """
    text = json.dumps(data, separators=(",", ":"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        bundle.writestr("router.json", text)
    loads = []
    for _ in range(_PASSES):
        start = time.perf_counter()
        router = Router(json.loads(text))
        loads.append(time.perf_counter() - start)
    asked = [text for texts in trial.asked.utterances.values() for text in texts][::5]
    taken = np.array([_pass(router, asked[:500]) for _ in range(_PASSES + 1)][1:]) * 1e6
    p50, p99 = np.percentile(taken.min(axis=0), (50, 99))
    all_p50, all_p99 = np.percentile(taken, (50, 99))
    return {
        "p50_us": float(p50),
        "p99_us": float(p99),
        "all_p50_us": float(all_p50),
        "all_p99_us": float(all_p99),
        "load_ms": min(loads) * 1e3,
        "zipped": len(packed.getvalue()),
    }


def _pass(router: Router, asked: list[str]) -> list[float]:
    """Seconds for each of `asked`, one after another."""
    taken = []
    for each in asked:
        start = time.perf_counter()
        router.route(read_question(each))
        taken.append(time.perf_counter() - start)
    return taken
