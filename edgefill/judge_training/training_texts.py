"""Reads everything that a judge is trained with, once.

Besides the labelled texts, examples are verdicts of a large judge, faults composed into good texts
and some of the texts that the shop accepts.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.judge_training.examples import (
    ACCEPTED_WEIGHT,
    OTHER_WRITER_WEIGHT,
    SEED,
    VERDICT_WEIGHT,
    Group,
    JudgeExample,
    assign_folds,
    compose_faults,
    make_example,
)
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.labels import VERDICT, AcceptedText, JudgeCorpus, LabelledText

FAULTS_PER_KIND = 100
# accepted texts that are taught as good examples
ACCEPTED_EXAMPLES = 300
MIN_TEXTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTexts:
    """The texts as they were read.

    `labelled` are those with agreed labels of readers, the first of the `examples`. `accepted` and
    `superseded` are the shop's.
    """

    labelled: Sequence[JudgeExample]
    examples: Sequence[JudgeExample]
    accepted: Sequence[JudgeExample]
    superseded: Sequence[JudgeExample]

    @property
    def praised(self) -> list[JudgeExample]:
        """The labelled texts that every reader would publish."""
        return [each for each in self.labelled if each.is_good]

    def assign_folds(self) -> dict[Group, int]:
        """A fold for each combination of experience and case."""
        every = [*self.examples, *self.accepted, *self.superseded]
        return assign_folds(each.group for each in every)


def read_training_texts(
    corpus: JudgeCorpus, experiences: Mapping[str, Experience], *, writer: str, untaught: str
) -> TrainingTexts:
    """The texts for a judge of `writer`; no fault `untaught` is composed. InputRefused."""
    readers = [each for each in corpus.labels if each.is_agreed and each.source != VERDICT]
    labelled = _read_labelled(readers, experiences, writer)
    _require_both_labels(labelled)
    verdicts = [each for each in corpus.labels if each.source == VERDICT]
    house = [each for each in corpus.accepted if not each.is_superseded]
    accepted = _read_accepted(house, experiences)
    praised = [AcceptedText(key=each.key, text=each.text) for each in readers if each.is_good]
    kinds = [kind for kind in FAULTS if kind != untaught]
    rng = random.Random(SEED)  # noqa: S311 no secret
    return TrainingTexts(
        labelled=labelled,
        examples=[
            *labelled,
            *_read_labelled(verdicts, experiences, writer),
            *compose_faults([*house, *praised], experiences, per_kind=FAULTS_PER_KIND, kinds=kinds),
            *rng.sample(accepted, min(ACCEPTED_EXAMPLES, len(accepted))),
        ],
        accepted=accepted,
        superseded=_read_accepted(
            (each for each in corpus.accepted if each.is_superseded), experiences
        ),
    )


def _require_both_labels(labelled: Sequence[JudgeExample]) -> None:
    good = sum(each.is_good for each in labelled)
    if min(good, len(labelled) - good) < MIN_TEXTS:
        raise InputRefused(
            f"{len(labelled)} texts with agreed labels can be read; "
            f"give at least {MIN_TEXTS} good and {MIN_TEXTS} bad ones"
        )


def _read_labelled(
    labels: Iterable[LabelledText], experiences: Mapping[str, Experience], writer: str
) -> list[JudgeExample]:
    examples = [
        make_example(
            each.text,
            each.key,
            experiences,
            is_good=each.is_good,
            weight=_weigh_label(each, writer),
            fault=each.fault,
            is_counted=writer in ("", each.writer) and not each.is_selected,
        )
        for each in labels
    ]
    return [each for each in examples if each]


def _weigh_label(label: LabelledText, writer: str) -> float:
    weight = VERDICT_WEIGHT if label.source == VERDICT else 1.0
    return weight if writer in ("", label.writer) else weight * OTHER_WRITER_WEIGHT


def _read_accepted(
    texts: Iterable[AcceptedText], experiences: Mapping[str, Experience]
) -> list[JudgeExample]:
    examples = [
        make_example(each.text, each.key, experiences, is_good=True, weight=ACCEPTED_WEIGHT)
        for each in texts
    ]
    return [each for each in examples if each]
