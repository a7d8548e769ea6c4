"""What each fit is taught: labels, and a teacher's chances where there is a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from edgefill.router_training.fit.features import Words
from edgefill.router_training.fit.low_rank_model import Floats, Ints
from edgefill.router_training.questions.augmentation import AugmentedQuestions, make_transfer
from edgefill.router_training.questions.examples import TrainingSample
from edgefill.router_training.teacher.teacher import Teacher

_PROBE = 30.0  # inverse regularisation of the probe on embeddings
_LABELS = 0.5  # what a question's own label counts beside the teacher
_SOURCES = 0.3  # and the labels of the questions that a row was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherLabels:
    """A sample and a teacher's embeddings of it and of more questions made of it."""

    transfer: AugmentedQuestions
    own: Floats
    more: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """Questions with their targets, `more` made of them, and chances for both.

    `chances` (rows and more x lanes) are labels, or labels mixed with a teacher's.
    """

    rows: Sequence[Words]
    targets: Ints
    chances: Floats
    more: Sequence[Words] = ()


def ask_teacher(sample: TrainingSample, teacher: Teacher, *, seed: int) -> TeacherLabels:
    """Everything that the teacher says of a sample, once for all fits."""
    rows = [question.words for question in sample.questions]
    neighbours = teacher.neighbours([word for words in rows for word in words])
    transfer = make_transfer(rows, neighbours, seed=seed)
    return TeacherLabels(
        transfer=transfer,
        own=teacher.embed([question.text for question in sample.questions]),
        more=teacher.embed([" ".join(words) for words in transfer.rows]),
    )


def make_lesson(sample: TrainingSample, taught: TeacherLabels | None, seen: Ints) -> TrainingSet:
    """The lesson of the `seen` rows alone: nothing made of another row is in it."""
    targets = np.asarray(sample.targets)
    labels = np.eye(sample.lanes, dtype=np.float32)[targets]
    rows = [sample.questions[at].words for at in seen]
    if taught is None:
        return TrainingSet(rows=rows, targets=targets[seen], chances=labels[seen])
    probe = LogisticRegression(C=_PROBE, max_iter=200).fit(taught.own[seen], targets[seen])
    picked = taught.transfer.made_of(seen)
    sources = [labels[list(taught.transfer.sources[at])].mean(axis=0) for at in picked]
    own = _mixed(labels[seen], _chances(probe, taught.own[seen], sample.lanes), _LABELS)
    more = _mixed(np.array(sources), _chances(probe, taught.more[picked], sample.lanes), _SOURCES)
    return TrainingSet(
        rows=rows,
        targets=targets[seen],
        chances=np.vstack([own, more]),
        more=[taught.transfer.rows[at] for at in picked],
    )


def _mixed(labels: Floats, chances: Floats, share: float) -> Floats:
    return np.asarray(share * labels + (1 - share) * chances, np.float32)


def _chances(probe: LogisticRegression, embeddings: Floats, lanes: int) -> Floats:
    found = np.zeros((len(embeddings), lanes), np.float32)
    found[:, probe.classes_] = probe.predict_proba(embeddings)
    return found
