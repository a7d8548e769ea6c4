"""A shop with two experiences, and labelled texts that a judge can learn from in seconds."""

from __future__ import annotations

import pytest

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.slots import Slot
from edgefill.judge_training.labels import AcceptedText, LabelledText

OPENINGS = ("Hello {{ name }}.", "Good day, {{ name }}.", "Dear {{ name }}.")
SENTENCES = {
    "parcel": ("Your parcel is on its way to you.", "The parcel will reach you very soon."),
    "points": ("You have collected a lot of points.", "Every point brings you nearer to a gift."),
}
BROKEN = ("Your parcel is nearer to a lot soon.", "You have way on points the collected.")
CASES = tuple(f"{tier}.{age}" for tier in ("gold", "basic") for age in ("new", "old"))


@pytest.fixture(scope="session")
def experiences() -> dict[str, Experience]:
    return {
        name: Experience(
            id=name,
            version="1",
            format="text",
            slots=(Slot(name="name", type="name", default="you"),),
            cases=CaseSpec(
                dimensions=(
                    Dimension(name="tier", values=("gold", "basic"), default="basic"),
                    Dimension(name="age", values=("new", "old"), default="new"),
                ),
                names=CASES,
            ),
        )
        for name in SENTENCES
    }


@pytest.fixture(scope="session")
def accepted() -> list[AcceptedText]:
    return [
        AcceptedText(key=key, text=f"{opening} {first} {second}")
        for key in list_keys()
        for opening in OPENINGS
        for first, second in (SENTENCES[key.experience], SENTENCES[key.experience][::-1])
    ]


@pytest.fixture(scope="session")
def labels() -> list[LabelledText]:
    """Per key three good and four bad texts, and one on which the readers differ."""
    rows = []
    for key in list_keys():
        good = [f"{opening} {SENTENCES[key.experience][0]}" for opening in OPENINGS]
        bad = [f"{opening} {broken}" for opening in OPENINGS[:2] for broken in BROKEN]
        rows += [make_label(key, text, True, True) for text in good]
        rows += [make_label(key, text, False, False, fault="salad") for text in bad]
        rows += [make_label(key, f"{OPENINGS[0]} Nearer.", True, False)]
    return rows


def list_keys() -> list[Key]:
    return [
        Key(experience=name, locale=locale, case=case)
        for name in SENTENCES
        for locale in ("en", "de")
        for case in CASES
    ]


def make_label(key: Key, text: str, *labels: bool, fault: str = "") -> LabelledText:
    return LabelledText(key=key, text=text, labels=labels, split="train", fault=fault)
