"""Fits the judge's models of sentences and of texts, the calibration and the threshold.

Both are taught at once by labels of whole texts: a text is good when all of its sentences and the
whole are, P(good) = product of sigmoid(log-odds) (multiple-instance learning, noisy-and).
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
from edgefill.judging.features import SENTENCE_FEATURES, TEXT_FEATURES
from edgefill.judging.model import BUCKETS

Flags = npt.NDArray[np.bool_]
# penalties on weights, chosen by cross-validation on the labels
_PHRASE_PENALTY, _SENTENCE_PENALTY, _TEXT_PENALTY = 4.0, 5.0, 5.0
# the weights from which those of the features differ as little as the labels allow: what belongs to
# another message, or says a word twice in a row, counts even if too few labels show it
_PRIOR_WEIGHTS = {
    "foreign_words": -0.3,
    "foreign_share": -0.3,
    "foreign_word": -0.3,
    "foreign_sentence": -0.3,
    "new_here": -0.3,
    "off_topic": -1.0,
    "chained_words": -0.5,
}
_SENTENCE_PRIOR = np.array([_PRIOR_WEIGHTS.get(name, 0.0) for name in SENTENCE_FEATURES])
_TEXT_PRIOR = np.array([_PRIOR_WEIGHTS.get(name, 0.0) for name in TEXT_FEATURES])


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLinear:
    """Weights of standardised features; all arrays are float64."""

    means: Floats
    scales: Floats
    weights: Floats
    bias: float

    def score(self, rows: Floats) -> Floats:
        """The log-odds of each row."""
        scores: Floats = (rows - self.means) / self.scales @ self.weights + self.bias
        return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModels:
    """The model of a sentence, with weights of `phrases`, and the model of a whole text."""

    phrases: Floats
    sentence: FittedLinear
    text: FittedLinear

    def score_text(self, text: MeasuredText) -> float:
        """The log-odds that a text is good."""
        phrases = [sum(self.phrases[bucket] for bucket in each) for each in text.buckets]
        parts = [
            *(self.sentence.score(text.sentences) + phrases),
            *self.text.score(text.features[None]),
        ]
        good = min(float(-np.logaddexp(0, -np.array(parts)).sum()), -1e-9)
        return good - float(np.log(-np.expm1(good)))


def fit_models(texts: Sequence[MeasuredText]) -> FittedModels:
    """The models under which the labels are likeliest, with penalties on all weights."""
    problem = _Problem.build(texts)
    start = np.zeros(BUCKETS + problem.sentences.shape[1] + problem.texts.shape[1] + 2)
    start[-2:] = 3.0
    solution = minimize(
        problem.measure_loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}
    ).x
    phrases, sentence, text, biases = problem.split(solution)
    return FittedModels(
        phrases=phrases,
        sentence=problem.sentence_scaling.to_linear(sentence, float(biases[0])),
        text=problem.text_scaling.to_linear(text, float(biases[1])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scaling:
    means: Floats
    scales: Floats

    @classmethod
    def of(cls, rows: Floats) -> _Scaling:
        return cls(means=rows.mean(0), scales=rows.std(0) + 1e-6)

    def apply(self, rows: Floats) -> Floats:
        scaled: Floats = (rows - self.means) / self.scales
        return scaled

    def to_linear(self, weights: Floats, bias: float) -> FittedLinear:
        return FittedLinear(means=self.means, scales=self.scales, weights=weights, bias=bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What the loss needs: scaled features, and which sentence belongs to which text."""

    phrases: csr_matrix
    sentences: Floats
    texts: Floats
    members: csr_matrix
    labels: Flags
    weights: Floats
    sentence_scaling: _Scaling
    text_scaling: _Scaling

    @classmethod
    def build(cls, texts: Sequence[MeasuredText]) -> _Problem:
        sentences = np.concatenate([text.sentences for text in texts])
        features = np.array([text.features for text in texts])
        sentence_scaling, text_scaling = _Scaling.of(sentences), _Scaling.of(features)
        owners = np.repeat(np.arange(len(texts)), [len(text.buckets) for text in texts])
        return cls(
            phrases=_make_rows([bucket for text in texts for bucket in text.buckets]),
            sentences=sentence_scaling.apply(sentences),
            texts=text_scaling.apply(features),
            members=csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners))))),
            labels=np.array([text.example.is_good for text in texts]),
            weights=np.array([text.example.weight for text in texts]),
            sentence_scaling=sentence_scaling,
            text_scaling=text_scaling,
        )

    def split(self, parameters: Floats) -> list[Floats]:
        """The weights of phrases, sentence features and text features, and the two biases."""
        ends = np.cumsum([BUCKETS, self.sentences.shape[1], self.texts.shape[1]])
        return np.split(parameters, ends)

    def measure_loss(self, parameters: Floats) -> tuple[float, Floats]:
        """The penalised negative log-likelihood, and its gradient."""
        phrases, sentence, text, biases = self.split(parameters)
        sentence_surplus, text_surplus = sentence - _SENTENCE_PRIOR, text - _TEXT_PRIOR
        by_sentence = self.phrases @ phrases + self.sentences @ sentence + biases[0]
        by_text = self.texts @ text + biases[1]
        good = self.members @ -np.logaddexp(0, -by_sentence) - np.logaddexp(0, -by_text)
        good = np.minimum(good, -1e-9)
        bad = -np.expm1(good)
        loss = -(self.weights * np.where(self.labels, good, np.log(bad))).sum()
        slope = self.weights * np.where(self.labels, -1.0, np.exp(good) / bad)
        sentence_slope = (self.members.T @ slope) / (1 + np.exp(by_sentence))
        text_slope = slope / (1 + np.exp(by_text))
        gradient = np.concatenate(
            [
                self.phrases.T @ sentence_slope + 2 * _PHRASE_PENALTY * phrases,
                self.sentences.T @ sentence_slope + 2 * _SENTENCE_PENALTY * sentence_surplus,
                self.texts.T @ text_slope + 2 * _TEXT_PENALTY * text_surplus,
                [sentence_slope.sum(), text_slope.sum()],
            ]
        )
        penalty = _PHRASE_PENALTY * phrases @ phrases
        penalty += _SENTENCE_PENALTY * sentence_surplus @ sentence_surplus
        penalty += _TEXT_PENALTY * text_surplus @ text_surplus
        return float(loss + penalty), gradient


def _make_rows(buckets: Sequence[frozenset[int]]) -> csr_matrix:
    indices = [bucket for each in buckets for bucket in sorted(each)]
    pointers = np.cumsum([0, *(len(each) for each in buckets)])
    return csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(buckets), BUCKETS))


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
