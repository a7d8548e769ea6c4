"""A greeting with optional parts, its accepted texts, and a judge that fears unseen words."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.slots import Slot
from edgefill.judging.features import SENTENCE_FEATURES, TEXT_FEATURES
from edgefill.judging.home_texts import AcceptedProse
from edgefill.judging.model import BUCKETS, VERSION

THANKS = "thank you for your patience ."
KEY = Key(experience="greeting", locale="en", case="gold.new")
TEXTS = [
    ("greeting", "gold.new", ("hello {name} .", "your order is on its way .")),
    ("greeting", "basic.new", ("hello {name} .", "your order is on its way .", THANKS)),
    ("delay", "any", ("the parcel is late .", THANKS)),
]
# each text several times: an n-gram of few texts is no evidence
ACCEPTED = [
    AcceptedProse(experience, case, tuple(tuple(each.split()) for each in sentences))
    for experience, case, sentences in TEXTS * 9
]
SUPERSEDED = "it makes us glad that you came ."


@pytest.fixture
def greeting() -> Experience:
    return Experience(
        id="greeting",
        version="1",
        format="html",
        slots=(
            Slot(name="name", type="name", default="you"),
            Slot(name="day", type="date", required=False),
            Slot(name="gift", type="boolean", required=False),
            Slot(name="picks", type="list", max_items=3, item=(Slot(name="title", type="text"),)),
        ),
        cases=CaseSpec(
            dimensions=(
                Dimension(name="tier", values=("gold", "basic"), default="basic"),
                Dimension(name="age", values=("new", "old"), default="new"),
            ),
            names=("gold.new", "basic.new"),
        ),
    )


@pytest.fixture
def model_data() -> dict[str, Any]:
    """A judge's file: every unseen pair, foreign sentence and repetition counts against a text."""
    return {
        "v": VERSION,
        "version": "tested",
        "taught": {"labels": 0},
        "sentence": make_linear(
            SENTENCE_FEATURES, {"unseen_2": -3, "lacking_value": -1, "foreign_share": -9}, 4.0
        ),
        "phrases": {"unit": 0.5, "weights": base64.b64encode(bytes([128]) * BUCKETS).decode()},
        "text": make_linear(TEXT_FEATURES, {"repeated_runs": -9}, 6.0),
        "locales": {
            "en": {
                "accepted": pack(),
                "slope": 1.0,
                "offset": 0.0,
                "threshold": 0.9,
                "figures": {},
            }
        },
    }


def make_linear(names: tuple[str, ...], weights: dict[str, float], bias: float) -> dict[str, Any]:
    return {
        "means": [0.0] * len(names),
        "scales": [1.0] * len(names),
        "weights": [float(weights.get(name, 0)) for name in names],
        "bias": bias,
    }


def pack() -> str:
    """ACCEPTED and SUPERSEDED as a locale's file has them."""
    sentences = sorted({" ".join(each) for text in ACCEPTED for each in text.sentences})
    texts: dict[str, dict[str, list[list[list[int]]]]] = {}
    for text in ACCEPTED:
        numbers = [sentences.index(" ".join(each)) for each in text.sentences]
        texts.setdefault(text.experience, {}).setdefault(text.case, []).append([numbers, []])
    data = {"sentences": sentences, "superseded": [SUPERSEDED], "texts": texts}
    return base64.b64encode(zlib.compress(json.dumps(data).encode())).decode()
