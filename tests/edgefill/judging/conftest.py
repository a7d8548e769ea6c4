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
from edgefill.judging.model import BUCKETS, VERSION

KEY = Key(experience="greeting", locale="en", case="gold.new")
ACCEPTED: list[tuple[str, dict[str, list[str]], int]] = [
    ("hello {name} .", {"greeting": ["gold.new", "basic.new"]}, 0),
    ("your order is on its way .", {"greeting": ["gold.new", "basic.new"]}, 0),
    ("thank you for your patience .", {"greeting": ["basic.new"], "delay": ["any"]}, 0),
    ("it makes us glad that you came .", {"greeting": ["gold.new"]}, 1),
    ("the parcel is late .", {"delay": ["any"]}, 0),
]


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
    """A judge's file: every unseen pair, new sentence and repetition counts against a text."""
    return {
        "v": VERSION,
        "version": "tested",
        "taught": {"labels": 0},
        "sentence": make_linear(SENTENCE_FEATURES, {"unseen_2": -3, "other_case": -1}, 4.0),
        "phrases": {"unit": 0.5, "weights": base64.b64encode(bytes([128]) * BUCKETS).decode()},
        "text": make_linear(
            TEXT_FEATURES,
            {"worst_sentence": 1, "repeated_runs": -9, "worst_foreign_share": -9},
            0.0,
        ),
        "locales": {
            "en": {
                "accepted": pack(ACCEPTED),
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


def pack(rows: list[tuple[str, dict[str, list[str]], int]]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows).encode())).decode()
