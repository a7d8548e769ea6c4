"""From examples to a router."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from lambdas.core.errors import InputRefused
from lambdas.core.routing.lanes import ZERO
from lambdas.core.routing.router import DIGEST, VERSION
from lambdas.router.examples import Examples, Sample, known_questions, sample_of
from lambdas.router.matrix import count_matrix

BITS = 12
_FOLDS = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A router, ready for JSON, and what is known of it."""

    router: dict[str, Any]
    report: dict[str, Any]


def train(
    examples: Examples,
    *,
    budget: float = 0.02,
    confidence: float = 0.95,
    seed: int = 0,
    clarify: bool = True,
) -> Trained:
    """A router whose false hits stay within `budget`, as far as cross-validation tells.

    InputRefused when there is nothing to tell apart.
    """
    sample = sample_of(examples)
    targets = np.asarray(sample.targets)
    if len(set(sample.targets)) < 2:
        raise InputRefused("a router needs utterances of two intents, or of one and out of scope")
    counts = count_matrix(sample.questions, bits=BITS)
    held = _held_out(counts, targets, lanes=len(sample.intents) + 1, seed=seed)
    scale = 4.0
    chances = _softmax(held * scale)
    least = _threshold(chances, targets, budget=budget, out=len(sample.intents))
    weights, bias = _fit(counts, targets, lanes=len(sample.intents) + 1, seed=seed)
    step = max(float(np.abs(weights).max()) / 127, 1e-9)
    rows = (np.rint(weights / step).astype(np.int64) + ZERO).astype(np.uint8)
    router = {
        "v": VERSION,
        "intents": list(sample.intents),
        "labels": {name: examples.labels.get(name, "") for name in sample.intents},
        "clarify": clarify,
        "bits": BITS,
        "scale": scale * step,
        "bias": [float(each) for each in bias * scale],
        "accept": [least] * len(sample.intents),
        "unsure": least / 4,
        "known": _tables(sample),
        "weights": b64encode(rows.tobytes()).decode(),
    }
    return Trained(router=router, report={"budget": budget, "confidence": confidence})


def _fit(
    counts: Any, targets: NDArray[np.int64], *, lanes: int, seed: int
) -> tuple[Floats, Floats]:
    """Weights (buckets x lanes) and biases of one linear model."""
    model = LinearSVC(C=0.1, random_state=seed).fit(counts, targets)
    weights, bias = np.zeros((counts.shape[1], lanes)), np.full(lanes, -10.0)
    coef, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    weights[:, model.classes_] = coef.T
    bias[model.classes_] = intercept
    return weights, bias


def _held_out(counts: Any, targets: NDArray[np.int64], *, lanes: int, seed: int) -> Floats:
    """The scores of every row by a model that has not seen it."""
    held = np.zeros((counts.shape[0], lanes))
    folds = min(_FOLDS, int(np.bincount(targets)[np.unique(targets)].min()))
    if folds < 2:
        raise InputRefused("every intent needs two utterances at least, and out of scope too")
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=seed).split(
        counts, targets
    ):
        weights, bias = _fit(counts[seen], targets[seen], lanes=lanes, seed=seed)
        held[unseen] = counts[unseen] @ weights + bias
    return held


def _softmax(scores: Floats) -> Floats:
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _threshold(chances: Floats, targets: NDArray[np.int64], *, budget: float, out: int) -> float:
    """The lowest chance from which on false hits stay within `budget`; above 1 if none does."""
    best, top = chances.argmax(axis=1), chances.max(axis=1)
    order = np.argsort(-np.where(best == out, -1.0, top), kind="stable")
    order = order[: int((best != out).sum())]
    wrong = np.cumsum(best[order] != targets[order]) / np.arange(1, len(order) + 1)
    sound = np.flatnonzero(wrong <= budget)
    return float(top[order[sound[-1]]]) if len(sound) else 2.0


def _tables(sample: Sample) -> list[str]:
    runs = known_questions(sample)
    return [
        b64encode(b"".join(bytes.fromhex(digest[: 2 * DIGEST]) for digest in run)).decode()
        for run in runs
    ]
