"""The training set of a fit: the examples' labels, mixed with a teacher's where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from edgefill.router_training.fit.features import Words
from edgefill.router_training.fit.low_rank_model import Floats, Ints
from edgefill.router_training.questions.augmentation import AugmentedQuestions, augment_questions
from edgefill.router_training.questions.examples import TrainingSample
from edgefill.router_training.teacher.teacher import Teacher

_PROBE_C = 30.0  # inverse regularization of the probe on embeddings
# the weights of labels in the mix with the teacher's probabilities: _OWN_SHARE is for a question's
# own label, _SOURCE_SHARE for the labels of the questions that an augmented row was made from
_OWN_SHARE = 0.5
_SOURCE_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherLabels:
    """A teacher's embeddings of a sample and of the questions augmented from it."""

    augmented: AugmentedQuestions
    question_embeddings: Floats
    augmented_embeddings: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """Questions with their targets, augmented questions, and class probabilities for both.

    `probabilities` (rows and augmented rows x classes) are labels, mixed with a teacher's or not.
    """

    rows: Sequence[Words]
    targets: Ints
    probabilities: Floats
    augmented_rows: Sequence[Words] = ()


def ask_teacher(sample: TrainingSample, teacher: Teacher, *, seed: int) -> TeacherLabels:
    """Augment a sample and embed all of it, once for all fits."""
    rows = [question.words for question in sample.questions]
    neighbours = teacher.find_neighbours([word for words in rows for word in words])
    augmented = augment_questions(rows, neighbours, seed=seed)
    return TeacherLabels(
        augmented=augmented,
        question_embeddings=teacher.embed([question.text for question in sample.questions]),
        augmented_embeddings=teacher.embed([" ".join(words) for words in augmented.rows]),
    )


def make_training_set(
    sample: TrainingSample, teacher_labels: TeacherLabels | None, questions: Ints
) -> TrainingSet:
    """The training set of some `questions` only: no row is made from any other question."""
    targets = np.asarray(sample.targets)
    labels = np.eye(sample.class_count, dtype=np.float32)[targets]
    rows = [sample.questions[at].words for at in questions]
    if teacher_labels is None:
        return TrainingSet(rows=rows, targets=targets[questions], probabilities=labels[questions])
    embeddings = teacher_labels.question_embeddings[questions]
    probe = LogisticRegression(C=_PROBE_C, max_iter=200).fit(embeddings, targets[questions])
    augmented = teacher_labels.augmented
    selected = augmented.select_rows(questions)
    source_labels = np.array([labels[list(augmented.sources[at])].mean(axis=0) for at in selected])
    own = _predict_probabilities(probe, embeddings, sample.class_count)
    more = _predict_probabilities(
        probe, teacher_labels.augmented_embeddings[selected], sample.class_count
    )
    mixed = [
        _mix_labels(labels[questions], own, _OWN_SHARE),
        _mix_labels(source_labels, more, _SOURCE_SHARE),
    ]
    return TrainingSet(
        rows=rows,
        targets=targets[questions],
        probabilities=np.vstack(mixed),
        augmented_rows=[augmented.rows[at] for at in selected],
    )


def _mix_labels(labels: Floats, probabilities: Floats, share: float) -> Floats:
    return np.asarray(share * labels + (1 - share) * probabilities, np.float32)


def _predict_probabilities(
    probe: LogisticRegression, embeddings: Floats, class_count: int
) -> Floats:
    probabilities = np.zeros((len(embeddings), class_count), np.float32)
    probabilities[:, probe.classes_] = probe.predict_proba(embeddings)
    return probabilities
