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
    FOLDS,
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
from edgefill.judge_training.labels import AcceptedText, LabelledText
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

    `labelled` are the examples of agreed labels, `log_odds` their held-out scores in order.
    """

    locales: dict[str, AcceptedTexts]
    sentence: SentenceModel
    text: TextModel
    labelled: list[JudgeExample]
    log_odds: Floats

    def select_locale(self, locale: str) -> tuple[Floats, Flags]:
        """The held-out log-odds and labels of one locale."""
        chosen = np.array([each.key.locale == locale for each in self.labelled])
        labels = np.array([each.is_good for each in self.labelled])
        return self.log_odds[chosen], labels[chosen]


def train_judge(
    labels: Sequence[LabelledText],
    accepted: Sequence[AcceptedText],
    experiences: Mapping[str, Experience],
    *,
    untaught: str = "",
    on_step: Callable[[], object] = lambda: None,
) -> TrainedJudge:
    """The judge; `on_step` is called STEPS times. InputRefused without enough labels.

    Labels of the split `test` and labels on which readers differ are not taught; nor are texts
    with the fault `untaught`, which are still among the held-out predictions.
    """
    taught = [label for label in labels if label.split != "test" and label.is_agreed]
    labelled = _read_texts(taught, experiences)
    if min(sum(e.is_good for e in labelled), sum(not e.is_good for e in labelled)) < MIN_TEXTS:
        raise InputRefused(
            f"{len(labelled)} texts with agreed labels outside the test split can be read; "
            f"give at least {MIN_TEXTS} good and {MIN_TEXTS} bad ones"
        )
    house = [text for text in accepted if not text.is_superseded]
    house += [AcceptedText(key=each.key, text=each.text) for each in taught if each.is_good]
    good = _read_accepted_texts(house, experiences)
    old = _read_accepted_texts((text for text in accepted if text.is_superseded), experiences)
    kinds = [kind for kind in FAULTS if kind != untaught]
    faults = compose_faults(house, experiences, per_kind=FAULTS_PER_KIND, kinds=kinds)
    rng = random.Random(SEED)  # noqa: S311 no secret
    examples = [*labelled, *faults, *rng.sample(good, min(ACCEPTED_EXAMPLES, len(good)))]
    folds = assign_folds(each.group for each in [*examples, *good, *old])
    measured = measure_held_out(examples, good, old, folds)
    on_step()
    sentence, text, log_odds = _fit_models(measured, folds, untaught, on_step)
    return TrainedJudge(
        locales=build_locales(good, old),
        sentence=sentence,
        text=text,
        labelled=labelled,
        log_odds=log_odds[: len(labelled)],
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
    labels: Iterable[LabelledText], experiences: Mapping[str, Experience]
) -> list[JudgeExample]:
    examples = [
        make_example(
            each.text,
            each.key,
            experiences,
            is_good=each.is_good,
            source="labels",
            fault=each.fault,
        )
        for each in labels
    ]
    return [each for each in examples if each]


def _read_accepted_texts(
    texts: Iterable[AcceptedText], experiences: Mapping[str, Experience]
) -> list[JudgeExample]:
    examples = [
        make_example(each.text, each.key, experiences, is_good=True, source="accepted")
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
