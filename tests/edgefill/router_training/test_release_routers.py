"""The routers of a release, and who teaches them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edgefill.catalogue.questions import OUT_OF_SCOPE, CatalogueQuestions
from edgefill.catalogue.schema import ExperienceAskSection, ShopAskSection
from edgefill.router_training.release_routers import train_partition
from edgefill.router_training.teacher.teacher import TEACHER_NAME, Teacher, speaks
from edgefill.routing.routing_config import Partition

SAID = {
    ("order", "en"): ("where is my order", "track my parcel", "order status please"),
    ("cancel", "en"): ("cancel my order", "stop the purchase", "please cancel it"),
    (OUT_OF_SCOPE, "en"): ("what is the weather", "tell me a joke"),
    ("order", "de"): ("wo ist meine bestellung", "wo bleibt das paket", "status bitte"),
    ("cancel", "de"): ("bestellung stornieren", "kauf abbrechen", "bitte stornieren"),
    (OUT_OF_SCOPE, "de"): ("wie wird das wetter", "sag einen witz"),
}
QUESTIONS = CatalogueQuestions(
    ask=ShopAskSection(answer="answer", tenants=["tern"], audiences=["guest", "member"]),
    locales=("en", "de"),
    routed_experiences={"order": ExperienceAskSection(), "cancel": ExperienceAskSection()},
    anonymous_experiences=frozenset({"order", "cancel"}),
    utterances=SAID,
)


class RecordingTeacher(Teacher):
    """A teacher of no opinion, which remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(Path(), Path())
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        return np.random.default_rng(len(texts)).normal(size=(len(texts), 8)).astype(np.float32)

    def neighbours(self, words: Sequence[str]) -> dict[str, list[str]]:
        return {}


def trained(locale: str, teacher: Teacher | None) -> str:
    """The name of who taught the router of `locale`."""
    partition = Partition(tenant="tern", locale=locale, audience="guest")
    return train_partition(QUESTIONS, partition, teacher=teacher).report.teacher


def test_english_is_taught() -> None:
    """The teacher is asked about every question, and about those made of them."""
    asked = RecordingTeacher()
    assert trained("en", asked) == TEACHER_NAME
    assert {"where is my order", "tell me a joke"} <= set(asked.texts)


def test_a_language_that_the_teacher_does_not_know_is_not() -> None:
    """Nor is any, without a teacher."""
    asked = RecordingTeacher()
    assert trained("de", asked) == trained("en", None) == ""
    assert asked.texts == []


def test_variants_of_english_are_english() -> None:
    """The first part of a locale is its language."""
    assert [speaks(locale) for locale in ("en", "en-GB", "de", "enm")] == [True, True, False, False]
