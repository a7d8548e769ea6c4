"""A rubric of three criteria, and judges that ask a scripted model by the shop's own prompts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.chat import ChatClient
from edgefill.core.experience import Experience
from edgefill.judging.large import Calibration, Criterion, LargeJudge, Rubric
from edgefill.judging.large.review import Review

PROMPTS = Path(__file__).parents[4] / "templates" / "prompts"
TEXT = "Hello {{ name }}. Your order is on its way."
RUBRIC = Rubric(
    threshold=0.7,
    criteria=(
        Criterion(id="complete", wording="Every sentence is complete."),
        Criterion(id="sense", wording="Every sentence makes sense."),
        Criterion(id="tone", wording="It has the tone."),
    ),
    deciding=frozenset({"complete", "sense"}),
    ignored=("Bland wording.",),
)
MakeReview = Callable[[str], Review]


def answer(**changes: Any) -> str:
    """A model's answer that passes a text, with changes."""
    good = {
        "reason": "It reads well.",
        "criteria": {"complete": True, "sense": True, "tone": True},
        "chance": 0.9,
        "outcome": "pass",
    }
    return json.dumps(good | changes)


@pytest.fixture
def make_review(greeting: Experience) -> MakeReview:
    """Reviews of the greeting with one of the shop's prompts."""
    entry = CatalogueEntry(
        experience=greeting,
        title="Greeting",
        goal="greet the customer",
        fallbacks={"en": "Hello"},
        tones=("warm",),
    )
    catalogue = Catalogue(
        version="c1",
        shop="Demo",
        locales=("en",),
        default_locale="en",
        locale_fallbacks={},
        tones={"warm": "kind"},
        entries={greeting.id: entry},
    )
    prompts = PromptTemplates.load(PROMPTS)
    return lambda name: Review(catalogue=catalogue, prompts=prompts, name=name, model="m")


@pytest.fixture
def make_judge(make_review: MakeReview) -> Callable[..., LargeJudge]:
    """Judges that ask a chat."""

    def make(
        chat: ChatClient, *, rubric: Rubric = RUBRIC, calibration: Calibration | None = None
    ) -> LargeJudge:
        return LargeJudge(
            chat=chat,
            review=make_review("judge.j2"),
            rubric=rubric,
            calibration=calibration or Calibration(),
        )

    return make
