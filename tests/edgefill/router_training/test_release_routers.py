"""The routers of a release, and which of them the teacher is used for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edgefill.catalogue.questions.question_files import OUT_OF_SCOPE, CatalogueQuestions
from edgefill.catalogue.schema import ExperienceAskSection, ShopAskSection
from edgefill.router_training.release_routers import train_partition
from edgefill.router_training.teacher.teacher import TEACHER_NAME, Teacher, is_teacher_locale
from edgefill.routing.routing_config import Partition

UTTERANCES = {
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
    utterances=UTTERANCES,
)


class RecordingTeacher(Teacher):
    """A teacher with random vectors that records its texts."""

    def __init__(self) -> None:
        super().__init__(Path(), Path())
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        return np.random.default_rng(len(texts)).normal(size=(len(texts), 8)).astype(np.float32)

    def find_neighbours(self, words: Sequence[str]) -> dict[str, list[str]]:
        return {}


def find_teacher_of(locale: str, teacher: Teacher | None) -> str:
    """The teacher in the report on the router of `locale`."""
    partition = Partition(tenant="tern", locale=locale, audience="guest")
    return train_partition(QUESTIONS, partition, teacher=teacher).report.teacher


def test_the_teacher_is_used_for_english() -> None:
    """It embeds every question and every augmented one."""
    teacher = RecordingTeacher()
    assert find_teacher_of("en", teacher) == TEACHER_NAME
    assert {"where is my order", "tell me a joke"} <= set(teacher.texts)


def test_the_teacher_is_not_used_for_another_language() -> None:
    """Without a teacher it is not used for English either."""
    teacher = RecordingTeacher()
    assert find_teacher_of("de", teacher) == find_teacher_of("en", None) == ""
    assert teacher.texts == []


def test_regional_variants_of_english_are_english() -> None:
    """The first part of a locale is its language."""
    assert [is_teacher_locale(locale) for locale in ("en", "en-GB", "de", "enm")] == [
        True,
        True,
        False,
        False,
    ]
