"""The judge's file, which `edgefill.judging.model` reads: the same bytes for the same input."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from edgefill.judge_training.fit import (
    FittedLinear,
    Flags,
    bound_share,
    choose_threshold,
    fit_calibration,
)
from edgefill.judge_training.labels import JudgeCorpus
from edgefill.judge_training.measurements import Floats
from edgefill.judge_training.statistics import measure_auc
from edgefill.judge_training.train import TrainedJudge
from edgefill.judging.accepted_texts import AcceptedTexts
from edgefill.judging.model import VERSION

# the share of bad texts that may be among those that pass in cross-validation: two thirds of the 3%
# that are wanted for new texts, because the threshold is chosen on the same predictions
MAX_BAD = 0.02
# decimals of weights, so that the last bits of a sum do not change the file
_DECIMALS = 5


def serialize_judge(trained: TrainedJudge, taught: Mapping[str, Any]) -> dict[str, Any]:
    """The judge as a JSON object; `version` is a digest of the rest."""
    data = {
        "v": VERSION,
        "taught": dict(taught),
        "sentence": _serialize_linear(trained.models.sentence),
        "phrases": _pack_phrases(trained.models.phrases),
        "text": _serialize_linear(trained.models.text),
        "locales": {
            locale: _serialize_locale(accepted, *trained.select_locale(locale))
            for locale, accepted in sorted(trained.locales.items())
            if len(set(trained.select_locale(locale)[1].tolist())) == 2
        },
    }
    return {"version": _digest(data), **data}


def to_json_text(data: Mapping[str, Any]) -> str:
    """The text of a judge's file."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def describe_teaching(corpus: JudgeCorpus) -> dict[str, Any]:
    """Counts and digests of what a judge is taught with."""
    lines = [[str(each.key), each.text, list(each.labels)] for each in corpus.labels]
    texts = [[str(each.key), each.text, each.is_superseded] for each in corpus.accepted]
    return {
        "labels": len(lines),
        "labels_digest": _digest(lines),
        "accepted": len(texts),
        "accepted_digest": _digest(texts),
    }


def _serialize_linear(model: FittedLinear) -> dict[str, Any]:
    return {
        "means": np.round(model.means, _DECIMALS).tolist(),
        "scales": np.maximum(np.round(model.scales, _DECIMALS), 1e-5).tolist(),
        "weights": np.round(model.weights, _DECIMALS).tolist(),
        "bias": round(model.bias, _DECIMALS),
    }


def _pack_phrases(weights: Floats) -> dict[str, Any]:
    """One byte per weight, in units of the largest weight's 127th part."""
    unit = round(float(np.abs(weights).max()) / 127, 7) or 1.0
    packed = np.clip(np.round(weights / unit), -128, 127) + 128
    return {"unit": unit, "weights": _encode_base64(packed.astype(np.uint8).tobytes())}


def _serialize_locale(accepted: AcceptedTexts, log_odds: Floats, labels: Flags) -> dict[str, Any]:
    slope, offset = fit_calibration(log_odds, labels)
    slope, offset = round(slope, _DECIMALS), round(offset, _DECIMALS)
    probabilities = 1 / (1 + np.exp(-(slope * log_odds + offset)))
    threshold = choose_threshold(probabilities, labels, MAX_BAD)
    passes = probabilities >= threshold
    bad = int((passes & ~labels).sum())
    return {
        "accepted": _pack_sentences(accepted),
        "slope": slope,
        "offset": offset,
        "threshold": round(threshold - 1e-6, 6),
        "figures": {
            "labelled": len(labels),
            "auc": round(measure_auc(probabilities, labels), 4),
            "passed": int(passes.sum()),
            "bad_of_passed": bad,
            "bad_bound": round(bound_share(bad, int(passes.sum())), 4),
            "good_passed": round(float(passes[labels].mean()), 4),
        },
    }


def _pack_sentences(accepted: AcceptedTexts) -> str:
    """The sentences, and per experience and case the texts as numbers of sentences.

    A text is two lists: its sentences and its variants.
    """
    sentences = sorted(accepted.sentences)
    numbers = {sentence: number for number, sentence in enumerate(sentences)}
    texts: dict[str, dict[str, list[list[list[int]]]]] = {}
    for text in accepted.texts:
        cases = texts.setdefault(text.experience, {})
        parts = [[numbers[each] for each in part] for part in (text.sentences, text.variants)]
        cases.setdefault(text.case, []).append(parts)
    data = {
        "sentences": [" ".join(sentence) for sentence in sentences],
        "superseded": sorted(" ".join(sentence) for sentence in accepted.superseded),
        "texts": texts,
    }
    packed = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _encode_base64(zlib.compress(packed.encode(), 9))


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
