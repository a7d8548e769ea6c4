"""Other ways to route free questions, compared with the router in the same run."""

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

DEFAULT_COSINE = 0.6  # GPTCache's default similarity threshold, 0.8 on its own scale


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRouter:
    """A baseline's predictions for held-out training questions, and for the test."""

    name: str
    validation: HeldOutPredictions
    test: HeldOutPredictions


def fit_baselines(
    sample: TrainingSample, test: TrainingSample, teacher: Teacher | None, *, from_traffic: bool
) -> Iterator[BaselineRouter]:
    """Fit each baseline with the same folds as the router."""
    texts = [question.text for question in (*sample.questions, *test.questions)]
    targets = np.asarray(sample.targets)
    fits: list[tuple[str, Fit]] = [
        ("TF-IDF + linear SVM", _make_svm_fit(texts, targets, sample.class_count))
    ]
    if teacher:
        count = len(sample.questions)
        vectors = np.vstack([teacher.embed(texts[:count]), teacher.embed(texts[count:])])
        fits.append(
            ("MiniLM + linear probe", _make_probe_fit(vectors, targets, sample.class_count))
        )
        fits.append(
            ("MiniLM nearest neighbour", _make_nearest_fit(vectors, targets, sample.class_count))
        )
    for name, fit in fits:
        yield _evaluate_baseline(name, fit, sample, test, from_traffic=from_traffic)


def apply_default_cosine(baseline: BaselineRouter) -> NDArray[np.bool_]:
    """Which test questions GPTCache's rule serves: those with at least its default cosine."""
    is_near: NDArray[np.bool_] = baseline.test.probabilities >= DEFAULT_COSINE
    return np.asarray(is_near & (baseline.test.best != baseline.test.out_of_scope_class))


def _evaluate_baseline(
    name: str, fit: Fit, sample: TrainingSample, test: TrainingSample, *, from_traffic: bool
) -> BaselineRouter:
    targets = np.asarray(sample.targets)
    held_out = np.zeros((len(targets), sample.class_count))
    for training, test_fold in split_folds(sample, from_traffic=from_traffic, seed=0):
        held_out[test_fold] = fit(training)(test_fold)
    predict = fit(np.arange(len(targets)))
    return BaselineRouter(
        name=name,
        validation=_rank_scores(held_out, targets, sample.class_count),
        test=_rank_scores(
            predict(len(targets) + np.arange(len(test.targets))),
            np.asarray(test.targets),
            sample.class_count,
        ),
    )


def _rank_scores(
    probabilities: Floats, targets: NDArray[np.int64], class_count: int
) -> HeldOutPredictions:
    rows = [dict(enumerate(row)) for row in probabilities.tolist()]
    return rank_predictions(rows, targets, class_count)


def _make_svm_fit(texts: list[str], targets: NDArray[np.int64], class_count: int) -> Fit:
    def fit(training: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        training_texts = [texts[at] for at in training]
        rows = hstack([words.fit_transform(training_texts), letters.fit_transform(training_texts)])
        model = LinearSVC(random_state=0).fit(rows.tocsr(), targets[training])

        def predict(questions: NDArray[np.int64]) -> Floats:
            test_texts = [texts[at] for at in questions]
            rows = hstack([words.transform(test_texts), letters.transform(test_texts)])
            return _compute_softmax(
                4 * model.decision_function(rows.tocsr()), model.classes_, class_count
            )

        return predict

    return fit


def _make_probe_fit(vectors: Any, targets: NDArray[np.int64], class_count: int) -> Fit:
    def fit(training: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        model = LogisticRegression(C=30.0, max_iter=200).fit(vectors[training], targets[training])
        return lambda questions: _compute_softmax(
            model.decision_function(vectors[questions]), model.classes_, class_count
        )

    return fit


def _make_nearest_fit(vectors: Any, targets: NDArray[np.int64], class_count: int) -> Fit:
    def fit(training: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Floats]:
        def predict(questions: NDArray[np.int64]) -> Floats:
            near = vectors[questions] @ vectors[training].T
            best = near.argmax(axis=1)
            probabilities = np.zeros((len(questions), class_count))
            probabilities[np.arange(len(questions)), targets[training][best]] = near.max(axis=1)
            return probabilities

        return predict

    return fit


def _compute_softmax(scores: Floats, classes: NDArray[np.int64], class_count: int) -> Floats:
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = np.zeros((len(scores), class_count))
    probabilities[:, classes] = parts / parts.sum(axis=1, keepdims=True)
    return probabilities
