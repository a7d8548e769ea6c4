"""What free questions are routed by elsewhere, held against the router in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from edgefill.router_training.evaluation.cross_validation import (
    HeldOutPredictions,
    rank_predictions,
    split_folds,
)
from edgefill.router_training.questions.examples import TrainingSample
from edgefill.router_training.teacher.teacher import Teacher

Floats = NDArray[np.float64]
Fit = Callable[[NDArray[np.int64]], Callable[[NDArray[np.int64]], Floats]]

DEFAULT_COSINE = 0.6  # GPTCache's similarity threshold (0.8 of its scale) as facts measure it


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalRouter:
    """How one does on training questions that it had not seen, and on the test's."""

    name: str
    validation: HeldOutPredictions
    test: HeldOutPredictions


def rivals(
    sample: TrainingSample, test: TrainingSample, teacher: Teacher | None, *, from_traffic: bool
) -> Iterator[RivalRouter]:
    """Each rival, fitted as the router is: thresholds by the same folds."""
    texts = [question.text for question in (*sample.questions, *test.questions)]
    targets = np.asarray(sample.targets)
    fits: list[tuple[str, Fit]] = [("TF-IDF + linear SVM", _svm(texts, targets, sample.lanes))]
    if teacher:
        count = len(sample.questions)
        vectors = np.vstack([teacher.embed(texts[:count]), teacher.embed(texts[count:])])
        fits.append(("MiniLM + linear probe", _probe(vectors, targets, sample.lanes)))
        fits.append(("MiniLM nearest neighbour", _nearest(vectors, targets, sample.lanes)))
    for name, fit in fits:
        yield _judged(name, fit, sample, test, from_traffic=from_traffic)


def by_default_cosine(rival: RivalRouter) -> NDArray[np.bool_]:
    """Which of the test's questions GPTCache's rule serves: cosine of at least its default."""
    is_near: NDArray[np.bool_] = rival.test.chances >= DEFAULT_COSINE
    return np.asarray(is_near & (rival.test.best != rival.test.out))


def _judged(
    name: str, fit: Fit, sample: TrainingSample, test: TrainingSample, *, from_traffic: bool
) -> RivalRouter:
    targets = np.asarray(sample.targets)
    found = np.zeros((len(targets), sample.lanes))
    for seen, unseen in split_folds(sample, from_traffic=from_traffic, seed=0):
        found[unseen] = fit(seen)(unseen)
    asked = len(targets) + np.arange(len(test.targets))
    answered = fit(np.arange(len(targets)))(asked)
    return RivalRouter(
        name=name,
        validation=_held(found, targets, sample.lanes),
        test=_held(answered, np.asarray(test.targets), sample.lanes),
    )


def _held(chances: Floats, targets: NDArray[np.int64], lanes: int) -> HeldOutPredictions:
    return rank_predictions([dict(enumerate(row)) for row in chances.tolist()], targets, lanes)


def _svm(texts: list[str], targets: NDArray[np.int64], lanes: int) -> Fit:
    def fit(seen: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        known = [texts[at] for at in seen]
        rows = hstack([words.fit_transform(known), letters.fit_transform(known)])
        model = LinearSVC(random_state=0).fit(rows.tocsr(), targets[seen])

        def chances(asked: NDArray[np.int64]) -> Floats:
            unseen = [texts[at] for at in asked]
            rows = hstack([words.transform(unseen), letters.transform(unseen)])
            return _softmax(4 * model.decision_function(rows.tocsr()), model.classes_, lanes)

        return chances

    return fit


def _probe(vectors: Any, targets: NDArray[np.int64], lanes: int) -> Fit:
    def fit(seen: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        model = LogisticRegression(C=30.0, max_iter=200).fit(vectors[seen], targets[seen])
        return lambda asked: _softmax(
            model.decision_function(vectors[asked]), model.classes_, lanes
        )

    return fit


def _nearest(vectors: Any, targets: NDArray[np.int64], lanes: int) -> Fit:
    def fit(seen: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        def chances(asked: NDArray[np.int64]) -> Floats:
            near = vectors[asked] @ vectors[seen].T
            best = near.argmax(axis=1)
            found = np.zeros((len(asked), lanes))
            found[np.arange(len(asked)), targets[seen][best]] = near.max(axis=1)
            return found

        return chances

    return fit


def _softmax(scores: Floats, classes: NDArray[np.int64], lanes: int) -> Floats:
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    found = np.zeros((len(scores), lanes))
    found[:, classes] = parts / parts.sum(axis=1, keepdims=True)
    return found
