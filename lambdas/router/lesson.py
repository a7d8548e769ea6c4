"""What each fit is taught: labels, and a teacher's chances where there is a teacher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from lambdas.router.examples import Sample
from lambdas.router.letters import Ints
from lambdas.router.meanings import Floats
from lambdas.router.opinions import Lesson
from lambdas.router.teacher import Teacher
from lambdas.router.transfer import Transfer, make_transfer

_PROBE = 30.0  # inverse regularisation of the probe on embeddings


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A sample and a teacher's embeddings of it and of more questions made of it."""

    transfer: Transfer
    own: Floats
    more: Floats


def ask_teacher(sample: Sample, teacher: Teacher, *, seed: int) -> Taught:
    """Everything that the teacher says of a sample, once for all fits."""
    rows = [question.words for question in sample.questions]
    neighbours = teacher.neighbours([word for words in rows for word in words])
    transfer = make_transfer(rows, neighbours, seed=seed)
    return Taught(
        transfer=transfer,
        own=teacher.embed([question.text for question in sample.questions]),
        more=teacher.embed([" ".join(words) for words in transfer.rows]),
    )


def make_lesson(sample: Sample, taught: Taught | None, seen: Ints) -> Lesson:
    """The lesson of the `seen` rows alone: nothing made of another row is in it."""
    targets = np.asarray(sample.targets)[seen]
    rows = [sample.questions[at].words for at in seen]
    labels = np.eye(sample.lanes, dtype=np.float32)[targets]
    if taught is None:
        return Lesson(rows=rows, targets=targets, chances=labels)
    probe = LogisticRegression(C=_PROBE, max_iter=200).fit(taught.own[seen], targets)
    is_seen = set(seen.tolist())
    picked = [at for at, made in enumerate(taught.transfer.sources) if is_seen.issuperset(made)]
    return Lesson(
        rows=rows,
        targets=targets,
        chances=(labels + _chances(probe, taught.own[seen], sample.lanes)) / 2,
        more=[taught.transfer.rows[at] for at in picked],
        more_chances=_chances(probe, taught.more[picked], sample.lanes),
    )


def _chances(probe: LogisticRegression, embeddings: Floats, lanes: int) -> Floats:
    found = np.zeros((len(embeddings), lanes), np.float32)
    found[:, probe.classes_] = probe.predict_proba(embeddings)
    return found
