"""The router file, which `edgefill.routing.model` reads."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from edgefill.catalogue.questions.states import DeclaredStates
from edgefill.router_training.evaluation.thresholds import Thresholds
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.fit.weights import RouterWeights
from edgefill.router_training.questions.contradictions import build_assertions
from edgefill.router_training.questions.examples import TrainingSample, list_exact_matches
from edgefill.routing.assertions import Assertion
from edgefill.routing.low_rank_weights import HEAD_ZERO_POINT, ROW_ZERO_POINT
from edgefill.routing.model import DIGEST_BYTES, VERSION
from edgefill.routing.rules import is_negated_command


def serialize_router(
    sample: TrainingSample,
    weights: RouterWeights,
    thresholds: Thresholds,
    *,
    labels: Mapping[str, str],
    clarify: bool,
    states: DeclaredStates,
) -> dict[str, Any]:
    """The router as a JSON object, the same for the same input."""
    low_rank = weights.low_rank
    return {
        "v": VERSION,
        "intents": list(sample.intents),
        "labels": {name: labels.get(name, "") for name in sample.intents},
        "clarify": clarify,
        "known": [_pack_digests(run) for run in list_exact_matches(sample)],
        "features": _encode_base64(weights.features.astype("<u4").tobytes()),
        "meanings": {
            "rank": low_rank.rows.shape[1],
            "rows": _encode_base64(_pack_nibbles(low_rank.rows)),
            "heads": _encode_base64((low_rank.heads + HEAD_ZERO_POINT).astype(np.uint8).tobytes()),
        },
        "unit": low_rank.unit,
        "slope": thresholds.slope,
        "offsets": thresholds.offsets.tolist(),
        "accept": [thresholds.hit_threshold] * len(sample.intents),
        "unsure": thresholds.clarify_threshold,
        "link": thresholds.min_link_probability,
        "plain": _find_never_negated(sample),
        "states": {name: list(each) for name, each in states.phrases.items()},
        "asserts": [_serialize_assertion(each) for each in build_assertions(sample, states)],
    }


def _pack_digests(digests: Sequence[str]) -> str:
    """The beginnings of digests in hex, sorted, as one run of bytes in base64."""
    return _encode_base64(b"".join(sorted(bytes.fromhex(each)[:DIGEST_BYTES] for each in digests)))


def _pack_nibbles(rows: Ints) -> bytes:
    """Two numbers per byte, the first in the lower half; the rank is even."""
    stored = (rows + ROW_ZERO_POINT).astype(np.uint8)
    return (stored[:, ::2] | stored[:, 1::2] << 4).astype(np.uint8).tobytes()


def _find_never_negated(sample: TrainingSample) -> list[int]:
    """The intents without a negated command among their own questions."""
    pairs = zip(sample.questions, sample.targets, strict=True)
    negated = {target for question, target in pairs if is_negated_command(question.words)}
    return [intent for intent in range(len(sample.intents)) if intent not in negated]


def _serialize_assertion(assertion: Assertion | None) -> dict[str, list[str]] | None:
    if assertion is None:
        return None
    return {
        "states": sorted(assertion.states),
        "opposites": sorted(assertion.opposites),
        "negated": sorted(assertion.negated),
    }


def _encode_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
