"""The teacher, where the `teacher` extra is installed; else its place in a lesson alone."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from edgefill.router_training.questions.augmentation import make_transfer
from edgefill.router_training.questions.examples import TrainingExamples, sample_of
from edgefill.router_training.teacher.minilm import weights_file
from edgefill.router_training.teacher.teacher import INSTALL_COMMAND, Teacher, find_teacher
from edgefill.router_training.teacher.training_set import TeacherLabels, make_lesson


def test_a_lesson_holds_nothing_of_what_it_must_not_see(examples: TrainingExamples) -> None:
    """No row made of a held-out question, whole or in part."""
    sample = sample_of(examples)
    rows = [question.words for question in sample.questions]
    transfer = make_transfer(rows, {}, seed=0)
    dice = np.random.default_rng(0)
    taught = TeacherLabels(
        transfer=transfer,
        own=dice.normal(size=(len(rows), 8)).astype(np.float32),
        more=dice.normal(size=(len(transfer.rows), 8)).astype(np.float32),
    )
    seen = np.arange(0, len(rows), 2)
    lesson = make_lesson(sample, taught, seen)
    allowed = {word for at in seen for word in rows[at]}
    assert lesson.more
    assert {word for row in lesson.more for word in row} <= allowed
    assert len(lesson.chances) == len(lesson.rows) + len(lesson.more)
    assert np.allclose(lesson.chances.sum(axis=1), 1, atol=1e-5)


def test_answers_are_kept(tmp_path: Path) -> None:
    """What was asked once is read from the folder, by a teacher that never wakes its model."""
    texts = ["one", "two"]
    asked = Teacher(Path(), tmp_path)
    names = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    asked._keep(names, np.array([[1.0] * 384, [2.0] * 384]))
    assert Teacher(Path(), tmp_path).embed(["two", "one"])[:, 0].tolist() == [2.0, 1.0]


@pytest.mark.skipif(not weights_file(), reason=f"needs {INSTALL_COMMAND}")
def test_the_model_knows_what_is_alike(tmp_path: Path) -> None:
    """Two ways to ask for a parcel are nearer than a parcel and a joke; lengths do not matter."""
    teacher = find_teacher(tmp_path)
    assert teacher
    one, two, other = teacher.embed(["where is my parcel", "track my package", "tell me a joke"])
    assert one @ one == pytest.approx(1, abs=1e-3)
    assert one @ two > one @ other + 0.2
    near = teacher.neighbours(["order", "qwertz"])
    assert "orders" in near["order"]
    assert "qwertz" not in near
