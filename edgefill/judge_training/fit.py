"""Fits the judge's models: of sentences, of texts, the calibration and the threshold.

The sentence model is taught by labels of whole texts: a text is good when all of its sentences are,
P(good) = product of sigmoid(log-odds of a sentence) (multiple-instance learning, noisy-and).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from edgefill.judge_training.measurements import Floats, MeasuredText
from edgefill.judging.model import BUCKETS

Flags = npt.NDArray[np.bool_]
# penalties on weights (of the text model its inverse), chosen by cross-validation on the labels
_PHRASE_PENALTY, _FEATURE_PENALTY, _TEXT_C = 4.0, 2.0, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceModel:
    """Weights of phrases and standardised features; all arrays are float64."""

    phrases: Floats
    means: Floats
    scales: Floats
    weights: Floats
    bias: float

    def score_sentences(self, text: MeasuredText) -> Floats:
        """The log-odds of each sentence of a text."""
        phrases = [sum(self.phrases[bucket] for bucket in each) for each in text.buckets]
        features = (text.features - self.means) / self.scales
        scores: Floats = np.array(phrases) + features @ self.weights + self.bias
        return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class TextModel:
    """Weights of a text's standardised features."""

    means: Floats
    scales: Floats
    weights: Floats
    bias: float

    def score_texts(self, features: Floats) -> Floats:
        """The log-odds of each row."""
        scores: Floats = (features - self.means) / self.scales @ self.weights + self.bias
        return scores


def fit_sentence_model(texts: Sequence[MeasuredText]) -> SentenceModel:
    """The model under which the labels are likeliest, with penalties on all weights."""
    features = np.concatenate([text.features for text in texts])
    means, scales = features.mean(0), features.std(0) + 1e-6
    inputs = (features - means) / scales
    buckets = [bucket for text in texts for bucket in text.buckets]
    phrases = _make_rows(buckets)
    owners = np.repeat(np.arange(len(texts)), [len(text.buckets) for text in texts])
    members = csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))))
    labels = np.array([text.example.is_good for text in texts])
    sample = np.array([text.example.weight for text in texts])

    def measure_loss(parameters: Floats) -> tuple[float, Floats]:
        heavy, light, bias = parameters[:BUCKETS], parameters[BUCKETS:-1], parameters[-1]
        log_odds = phrases @ heavy + inputs @ light + bias
        good = np.minimum(members @ -np.logaddexp(0, -log_odds), -1e-9)
        bad = -np.expm1(good)
        loss = -(sample * np.where(labels, good, np.log(bad))).sum()
        slope = sample * np.where(labels, -1.0, np.exp(good) / bad)
        by_sentence = (members.T @ slope) / (1 + np.exp(log_odds))
        gradient = np.concatenate(
            [
                phrases.T @ by_sentence + 2 * _PHRASE_PENALTY * heavy,
                inputs.T @ by_sentence + 2 * _FEATURE_PENALTY * light,
                [by_sentence.sum()],
            ]
        )
        penalty = _PHRASE_PENALTY * heavy @ heavy + _FEATURE_PENALTY * light @ light
        return float(loss + penalty), gradient

    start = np.zeros(BUCKETS + inputs.shape[1] + 1)
    start[-1] = 3.0
    solution = minimize(
        measure_loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}
    ).x
    return SentenceModel(
        phrases=solution[:BUCKETS],
        means=means,
        scales=scales,
        weights=solution[BUCKETS:-1],
        bias=float(solution[-1]),
    )


def _make_rows(buckets: Sequence[frozenset[int]]) -> csr_matrix:
    indices = [bucket for each in buckets for bucket in sorted(each)]
    pointers = np.cumsum([0, *(len(each) for each in buckets)])
    return csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(buckets), BUCKETS))


def fit_text_model(features: Floats, texts: Sequence[MeasuredText]) -> TextModel:
    """A regularised logistic regression over rows of TEXT_FEATURES."""
    means, scales = features.mean(0), features.std(0) + 1e-6
    labels = [text.example.is_good for text in texts]
    sample = [text.example.weight for text in texts]
    model = LogisticRegression(C=_TEXT_C, max_iter=2000)
    model.fit((features - means) / scales, labels, sample_weight=sample)
    return TextModel(
        means=means, scales=scales, weights=model.coef_[0], bias=float(model.intercept_[0])
    )


def fit_calibration(log_odds: Floats, labels: Flags) -> tuple[float, float]:
    """Slope and offset of held-out log-odds (Platt, 1999); slope 1 without both labels."""
    if len(set(labels.tolist())) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit(log_odds[:, None], labels)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def choose_threshold(probabilities: Floats, labels: Flags, max_bad: float) -> float:
    """The least threshold at which at most `max_bad` of what passes is bad; above 1 if none."""
    order = np.argsort(-probabilities, kind="stable")
    bad = np.cumsum(~labels[order]) / np.arange(1, len(order) + 1)
    # a threshold cannot separate equal probabilities
    ends = np.append(np.diff(probabilities[order]) != 0, True)
    within = np.flatnonzero((bad <= max_bad) & ends)
    return float(probabilities[order][within[-1]]) if len(within) else 1.01


def bound_share(bad: int, total: int, confidence: float = 0.95) -> float:
    """The upper confidence bound of a share (Clopper and Pearson, one-sided)."""
    return 1.0 if bad >= total else float(beta.ppf(confidence, bad + 1, total - bad))
