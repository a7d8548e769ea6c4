"""Trains a small judge from labelled and accepted texts.

1. Read the texts; compose faults from good ones (training_texts.py).
2. Measure every example against accepted texts, without labels of its own (experience, case).
3. Fit the models per fold; their held-out predictions calibrate, choose the threshold and give
   the figures.
4. Fit the models on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from edgefill.core.experience import Experience
from edgefill.judge_training.examples import FOLDS, Group, JudgeExample
from edgefill.judge_training.fit import FittedModels, Flags, fit_models
from edgefill.judge_training.labels import JudgeCorpus
from edgefill.judge_training.measurements import (
    Floats,
    MeasuredText,
    build_locales,
    measure_held_out,
)
from edgefill.judge_training.training_texts import read_training_texts
from edgefill.judging.accepted_texts import AcceptedTexts

STEPS = FOLDS + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedJudge:
    """The fitted models, and the held-out log-odds of the labelled texts.

    `labelled` are the examples of agreed labels, `log_odds` their held-out scores in order.
    """

    locales: dict[str, AcceptedTexts]
    models: FittedModels
    labelled: Sequence[JudgeExample]
    log_odds: Floats

    def select_locale(self, locale: str) -> tuple[Floats, Flags]:
        """The held-out log-odds and labels of one locale's texts that figures count."""
        chosen = np.array([each.key.locale == locale and each.is_counted for each in self.labelled])
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
    are still among the held-out predictions. Verdicts of a large judge are taught with a lower
    weight, and count neither as accepted texts nor in any figure. With a `writer` only the
    predictions of its texts count for calibration and threshold.
    """
    texts = read_training_texts(corpus, experiences, writer=writer, untaught=untaught)
    folds = texts.assign_folds()
    measured = measure_held_out(
        texts.examples, texts.accepted, texts.praised, texts.superseded, folds
    )
    on_step()
    log_odds = _score_held_out(measured, folds, untaught, on_step)
    models = fit_models([text for text in measured if not _is_untaught(text, untaught)])
    on_step()
    return TrainedJudge(
        locales=build_locales([*texts.accepted, *texts.praised], texts.superseded),
        models=models,
        labelled=texts.labelled,
        log_odds=log_odds[: len(texts.labelled)],
    )


def _is_untaught(text: MeasuredText, untaught: str) -> bool:
    return bool(untaught) and text.example.fault == untaught


def _score_held_out(
    measured: Sequence[MeasuredText],
    folds: Mapping[Group, int],
    untaught: str,
    on_step: Callable[[], object],
) -> Floats:
    """Each text's log-odds by models of the other folds."""
    scores: dict[int, float] = {}
    for fold in range(FOLDS):
        models = fit_models(
            [
                text
                for text in measured
                if folds[text.example.group] != fold and not _is_untaught(text, untaught)
            ]
        )
        for place, text in enumerate(measured):
            if folds[text.example.group] == fold:
                scores[place] = models.score_text(text)
        on_step()
    return np.array([scores[place] for place in range(len(measured))])
