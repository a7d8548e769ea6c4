"""The teacher and its training sets; the model itself only where it is installed."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from edgefill.router_training.questions.augmentation import augment_questions
from edgefill.router_training.questions.examples import TrainingExamples, build_sample
from edgefill.router_training.teacher.minilm import find_weights_file
from edgefill.router_training.teacher.teacher import INSTALL_COMMAND, Teacher, find_teacher
from edgefill.router_training.teacher.training_set import TeacherLabels, make_training_set


def test_a_training_set_contains_no_held_out_words(examples: TrainingExamples) -> None:
    """No row is made from a held-out question, not even in part."""
    sample = build_sample(examples)
    rows = [question.words for question in sample.questions]
    augmented = augment_questions(rows, {}, seed=0)
    rng = np.random.default_rng(0)
    teacher_labels = TeacherLabels(
        augmented=augmented,
        question_embeddings=rng.normal(size=(len(rows), 8)).astype(np.float32),
        augmented_embeddings=rng.normal(size=(len(augmented.rows), 8)).astype(np.float32),
    )
    questions = np.arange(0, len(rows), 2)
    training_set = make_training_set(sample, teacher_labels, questions)
    allowed = {word for at in questions for word in rows[at]}
    assert training_set.augmented_rows
    assert {word for row in training_set.augmented_rows for word in row} <= allowed
    assert len(training_set.probabilities) == len(training_set.rows) + len(
        training_set.augmented_rows
    )
    assert np.allclose(training_set.probabilities.sum(axis=1), 1, atol=1e-5)


def test_vectors_are_cached(tmp_path: Path) -> None:
    """Another teacher reads them from the folder without loading the model."""
    texts = ["one", "two"]
    teacher = Teacher(Path(), tmp_path)
    names = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    teacher._store_vectors(names, np.array([[1.0] * 384, [2.0] * 384]))
    assert Teacher(Path(), tmp_path).embed(["two", "one"])[:, 0].tolist() == [2.0, 1.0]


@pytest.mark.skipif(not find_weights_file(), reason=f"needs {INSTALL_COMMAND}")
def test_similar_texts_have_similar_vectors(tmp_path: Path) -> None:
    """Two questions about a parcel are closer than one about a parcel and one about a joke."""
    teacher = find_teacher(tmp_path)
    assert teacher
    one, two, other = teacher.embed(["where is my parcel", "track my package", "tell me a joke"])
    assert one @ one == pytest.approx(1, abs=1e-3)
    assert one @ two > one @ other + 0.2
    near = teacher.find_neighbours(["order", "qwertz"])
    assert "orders" in near["order"]
    assert "qwertz" not in near
