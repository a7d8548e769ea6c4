"""Trains a small judge from labelled and accepted texts.

1. Compose faults from accepted texts.
2. Measure every example against accepted texts of other (experience, case) groups.
3. Fit the models per fold; their held-out predictions calibrate, choose the threshold and give
   the figures.
4. Fit the models on everything.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.judge_training.examples import (
    ACCEPTED_WEIGHT,
    FOLDS,
    OTHER_WRITER_WEIGHT,
    SEED,
    JudgeExample,
    assign_folds,
    compose_faults,
    make_example,
)
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.fit import (
    Flags,
    SentenceModel,
    TextModel,
    fit_sentence_model,
    fit_text_model,
)
from edgefill.judge_training.labels import AcceptedText, JudgeCorpus, LabelledText
from edgefill.judge_training.measurements import (
    Floats,
    MeasuredText,
    build_locales,
    measure_held_out,
)
from edgefill.judging.accepted_texts import AcceptedTexts

FAULTS_PER_KIND = 100
# accepted texts that are taught as good examples
ACCEPTED_EXAMPLES = 300
STEPS = FOLDS + 2
MIN_TEXTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedJudge:
    """The fitted models, and the held-out log-odds of the labelled texts.

    `labelled` are the examples of agreed labels, `log_odds` their held-out scores in order. With a
    `writer`, figures are of its texts only.
    """

    locales: dict[str, AcceptedTexts]
    sentence: SentenceModel
    text: TextModel
    labelled: list[JudgeExample]
    log_odds: Floats
    writer: str

    def select_locale(self, locale: str) -> tuple[Floats, Flags]:
        """The held-out log-odds and labels of one locale."""
        chosen = np.array(
            [
                each.key.locale == locale and self.writer in ("", each.writer)
                for each in self.labelled
            ]
        )
        labels = np.array([each.is_good for each in self.labelled])
        return self.log_odds[chosen], labels[chosen]


def train_judge(
    corpus: JudgeCorpus,
    experiences: Mapping[str, Experience],
    *,
    writer: str = "",
    untaught: str = "",
    on_step: Callable[[], object] = lambda: None,
) -> TrainedJudge:
    """The judge; `on_step` is called STEPS times. InputRefused without enough labels.

    Labels on which readers differ are not taught; nor are texts with the fault `untaught`, which
    are still among the held-out predictions. With a `writer` only the predictions of its texts
    count for calibration and threshold.
    """
    accepted = corpus.accepted
    taught = [label for label in corpus.labels if label.is_agreed]
    labelled = _read_texts(taught, experiences, writer)
    if min(sum(e.is_good for e in labelled), sum(not e.is_good for e in labelled)) < MIN_TEXTS:
        raise InputRefused(
            f"{len(labelled)} texts with agreed labels can be read; "
            f"give at least {MIN_TEXTS} good and {MIN_TEXTS} bad ones"
        )
    house = [text for text in accepted if not text.is_superseded]
    bases = [*house, *(AcceptedText(key=t.key, text=t.text) for t in taught if t.is_good)]
    good = _read_accepted_texts(house, experiences)
    old = _read_accepted_texts((text for text in accepted if text.is_superseded), experiences)
    kinds = [kind for kind in FAULTS if kind != untaught]
    faults = compose_faults(bases, experiences, per_kind=FAULTS_PER_KIND, kinds=kinds)
    rng = random.Random(SEED)  # noqa: S311 no secret
    examples = [*labelled, *faults, *rng.sample(good, min(ACCEPTED_EXAMPLES, len(good)))]
    folds = assign_folds(each.group for each in [*examples, *good, *old])
    praised = [each for each in labelled if each.is_good]
    measured = measure_held_out(examples, good, praised, old, folds)
    on_step()
    sentence, text, log_odds = _fit_models(measured, folds, untaught, on_step)
    return TrainedJudge(
        locales=build_locales([*good, *praised], old),
        sentence=sentence,
        text=text,
        labelled=labelled,
        log_odds=log_odds[: len(labelled)],
        writer=writer,
    )


def _fit_models(
    measured: Sequence[MeasuredText],
    folds: Mapping[tuple[str, str], int],
    untaught: str,
    on_step: Callable[[], object],
) -> tuple[SentenceModel, TextModel, Floats]:
    """Both models, taught with every fold, and each text's held-out log-odds."""
    features = _score_held_out_sentences(measured, folds, untaught, on_step)
    log_odds = _score_held_out_texts(measured, features, folds, untaught)
    used = [place for place, text in enumerate(measured) if not _is_untaught(text, untaught)]
    texts = [measured[place] for place in used]
    models = fit_sentence_model(texts), fit_text_model(features[used], texts)
    on_step()
    return *models, log_odds


def _read_texts(
    labels: Iterable[LabelledText], experiences: Mapping[str, Experience], writer: str
) -> list[JudgeExample]:
    examples = [
        make_example(
            each.text,
            each.key,
            experiences,
            is_good=each.is_good,
            weight=1.0 if writer in ("", each.writer) else OTHER_WRITER_WEIGHT,
            fault=each.fault,
            writer=each.writer,
        )
        for each in labels
    ]
    return [each for each in examples if each]


def _read_accepted_texts(
    texts: Iterable[AcceptedText], experiences: Mapping[str, Experience]
) -> list[JudgeExample]:
    examples = [
        make_example(
            each.text,
            each.key,
            experiences,
            is_good=True,
            weight=ACCEPTED_WEIGHT,
        )
        for each in texts
    ]
    return [each for each in examples if each]


def _is_untaught(text: MeasuredText, untaught: str) -> bool:
    return bool(untaught) and text.example.fault == untaught


def _score_held_out_sentences(
    measured: Sequence[MeasuredText],
    folds: Mapping[tuple[str, str], int],
    untaught: str,
    on_step: Callable[[], object],
) -> Floats:
    """Each text's features, its sentences scored by a model of the other folds."""
    rows: dict[int, list[float]] = {}
    for fold in range(FOLDS):
        taught = [
            text
            for text in measured
            if folds[text.example.group] != fold and not _is_untaught(text, untaught)
        ]
        model = fit_sentence_model(taught)
        for place, text in enumerate(measured):
            if folds[text.example.group] == fold:
                rows[place] = text.measure(model.score_sentences(text))
        on_step()
    return np.array([rows[place] for place in range(len(measured))])


def _score_held_out_texts(
    measured: Sequence[MeasuredText],
    features: Floats,
    folds: Mapping[tuple[str, str], int],
    untaught: str,
) -> Floats:
    fold_of = np.array([folds[text.example.group] for text in measured])
    is_taught = np.array([not _is_untaught(text, untaught) for text in measured])
    log_odds = np.zeros(len(measured))
    for fold in range(FOLDS):
        used = np.flatnonzero((fold_of != fold) & is_taught)
        model = fit_text_model(features[used], [measured[place] for place in used.tolist()])
        log_odds[fold_of == fold] = model.score_texts(features[fold_of == fold])
    return log_odds
