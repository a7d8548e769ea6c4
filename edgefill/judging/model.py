"""JudgeModel: a trained judge as its file holds it; the whole file is checked before use.

The file is JSON: two linear models that all locales share (of a sentence, of a text), and per
locale the sentences that it accepts, the calibration, the threshold and its training's figures.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.judging.accepted_texts import AcceptedTexts, build_accepted_texts
from edgefill.judging.features import SENTENCE_FEATURES, TEXT_FEATURES
from edgefill.judging.home_texts import AcceptedProse
from edgefill.judging.ngrams import list_ngrams
from edgefill.judging.prose import Sentence

VERSION = 4
BUCKETS = 1 << 13
MAX_FILE_BYTES = 4_000_000
# of the inflated accepted texts of one locale
_MAX_ACCEPTED_BYTES = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Weights for standardised features: `weights` of (feature - mean) / scale."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def score(self, features: Sequence[float]) -> float:
        """The log-odds of a good sentence or text."""
        parts = zip(features, self.means, self.scales, self.weights, strict=True)
        return self.bias + sum(weight * (x - mean) / scale for x, mean, scale, weight in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleModel:
    """What one locale adds: its accepted texts, `slope` and `offset` (Platt), the threshold."""

    accepted: AcceptedTexts
    slope: float
    offset: float
    threshold: float
    figures: Mapping[str, Any]

    def calibrate(self, log_odds: float) -> float:
        """The chance that readers would publish a text with these log-odds."""
        exponent = max(-30.0, min(30.0, self.slope * log_odds + self.offset))
        return 1 / (1 + math.exp(-exponent))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeModel:
    """A trained small judge.

    A text is good if each of its sentences is and the whole is: the product of their chances.
    `phrases` are the sentence model's weights of hashed word runs.
    """

    version: str
    taught: Mapping[str, Any]
    sentence: LinearModel
    phrases: Sequence[float]
    text: LinearModel
    locales: Mapping[str, LocaleModel]

    def score_sentence(self, locale: str, sentence: Sentence, features: Sequence[float]) -> float:
        """The log-odds that a sentence is good."""
        return self.sentence.score(features) + sum(
            self.phrases[bucket] for bucket in hash_sentence(locale, sentence)
        )

    def score_text(self, sentences: Sequence[float], features: Sequence[float]) -> float:
        """The log-odds that a text is good, given those of its sentences and its features."""
        parts = (*sentences, self.text.score(features))
        log_chance = sum(-_softplus(-each) for each in parts)
        return log_chance - math.log(-math.expm1(min(log_chance, -1e-9)))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def hash_sentence(locale: str, sentence: Sentence) -> frozenset[int]:
    """The buckets of a sentence's words, pairs and triples of words, and of the whole sentence."""
    runs = [" ".join(gram) for order in (1, 2, 3) for gram in list_ngrams(sentence, order)]
    return frozenset(_hash(f"{locale} {run}") for run in [*runs, "S " + " ".join(sentence)])


def load_model(path: Path) -> JudgeModel:
    """The judge in a file; ObjectCorrupt names what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ObjectCorrupt(
            f"judge {path}: {error.strerror}; run `edgefill judge train`"
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise ObjectCorrupt(f"judge {path}: {len(data)} bytes; at most {MAX_FILE_BYTES} are read")
    try:
        return parse_model(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise ObjectCorrupt(f"judge {path}: is not JSON: {error}") from error


def parse_model(data: Mapping[str, Any]) -> JudgeModel:
    """What `edgefill.judge_training` wrote; ObjectCorrupt for any other data."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(f"judge: version {data['v']!r}, this code reads {VERSION}")
        return JudgeModel(
            version=str(data["version"]),
            taught=dict(data["taught"]),
            sentence=_parse_linear(data["sentence"], SENTENCE_FEATURES),
            phrases=_parse_phrases(data["phrases"]),
            text=_parse_linear(data["text"], TEXT_FEATURES),
            locales={str(name): _parse_locale(each) for name, each in data["locales"].items()},
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise ObjectCorrupt(f"judge: {type(error).__name__} at {error}") from error


def _parse_linear(data: Mapping[str, Any], features: Sequence[str]) -> LinearModel:
    means, scales, weights = (
        tuple(_parse_numbers(data[name])) for name in ("means", "scales", "weights")
    )
    if {len(means), len(scales), len(weights)} != {len(features)} or min(scales) <= 0:
        raise ValueError(f"weights of {len(features)} features are expected")
    (bias,) = _parse_numbers([data["bias"]])
    return LinearModel(means=means, scales=scales, weights=weights, bias=bias)


def _parse_numbers(values: Iterable[Any]) -> list[float]:
    numbers = [float(each) for each in values]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a weight is not a finite number")
    return numbers


def _parse_phrases(data: Mapping[str, Any]) -> list[float]:
    (unit,) = _parse_numbers([data["unit"]])
    packed = base64.b64decode(data["weights"], validate=True)
    if len(packed) != BUCKETS:
        raise ValueError(f"{BUCKETS} phrase weights are expected")
    return [unit * (byte - 128) for byte in packed]


def _parse_locale(data: Mapping[str, Any]) -> LocaleModel:
    slope, offset, threshold = _parse_numbers(data[n] for n in ("slope", "offset", "threshold"))
    return LocaleModel(
        accepted=_parse_accepted(data["accepted"]),
        slope=slope,
        offset=offset,
        threshold=threshold,
        figures=dict(data["figures"]),
    )


def _parse_accepted(packed: str) -> AcceptedTexts:
    inflater = zlib.decompressobj()
    text = inflater.decompress(base64.b64decode(packed, validate=True), _MAX_ACCEPTED_BYTES)
    if not inflater.eof:
        raise ValueError("the accepted texts are incomplete or too large")
    data = json.loads(text)
    sentences = [tuple(each.split(" ")) for each in data["sentences"]]
    texts = [
        AcceptedProse(experience, case, *(tuple(sentences[n] for n in part) for part in parts))
        for experience, cases in data["texts"].items()
        for case, each in cases.items()
        for parts in each
    ]
    return build_accepted_texts(
        texts, frozenset(tuple(each.split(" ")) for each in data["superseded"])
    )


def _hash(run: str) -> int:
    return zlib.crc32(run.encode()) % BUCKETS
