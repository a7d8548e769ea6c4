"""A router's file: what `edgefill.routing.model` reads."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np

from edgefill.router_training.evaluation.thresholds import Thresholds
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.fit.weights import RouterWeights
from edgefill.router_training.questions.examples import TrainingSample, known_questions
from edgefill.routing.exact_matches import known_to_bytes
from edgefill.routing.low_rank_weights import HEAD_ZERO, ZERO
from edgefill.routing.model import VERSION
from edgefill.routing.negation import is_negated


def router_to_json(
    sample: TrainingSample,
    weights: RouterWeights,
    thresholds: Thresholds,
    *,
    labels: Mapping[str, str],
    clarify: bool,
) -> dict[str, Any]:
    """The router as a JSON object, the same for the same input."""
    meanings = weights.meanings
    return {
        "v": VERSION,
        "intents": list(sample.intents),
        "labels": {name: labels.get(name, "") for name in sample.intents},
        "clarify": clarify,
        "known": [_text(run) for run in known_to_bytes(known_questions(sample))],
        "features": _text(weights.features.astype("<u4").tobytes()),
        "meanings": {
            "rank": meanings.rows.shape[1],
            "rows": _text(_half_bytes(meanings.rows)),
            "heads": _text((meanings.heads + HEAD_ZERO).astype(np.uint8).tobytes()),
        },
        "unit": meanings.unit,
        "slope": thresholds.slope,
        "offsets": thresholds.offsets.tolist(),
        "accept": [thresholds.accept] * len(sample.intents),
        "unsure": thresholds.unsure,
        "plain": _plain(sample),
    }


def _half_bytes(rows: Ints) -> bytes:
    """Two numbers a byte, the first in the lower half; the rank is even."""
    stored = (rows + ZERO).astype(np.uint8)
    return (stored[:, ::2] | stored[:, 1::2] << 4).astype(np.uint8).tobytes()


def _plain(sample: TrainingSample) -> list[int]:
    """The intents none of whose own questions is a negated command."""
    pairs = zip(sample.questions, sample.targets, strict=True)
    negated = {target for question, target in pairs if is_negated(question.words)}
    return [intent for intent in range(len(sample.intents)) if intent not in negated]


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
