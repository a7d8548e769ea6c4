"""Evaluates the small judge on combinations that it was not taught.

The shipped judge is taught with every label, so its own file cannot say how well it judges new
combinations; a judge that is trained without the split `test` can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from edgefill.core.experience import Experience
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.judge_file import describe_teaching, serialize_judge, to_json_text
from edgefill.judge_training.labels import VERDICT, JudgeCorpus, LabelledText, hold_out
from edgefill.judge_training.report import JudgedLabel, make_judge_report
from edgefill.judge_training.statistics import measure_auc
from edgefill.judge_training.train import TrainedJudge, train_judge
from edgefill.judging import SmallJudge
from edgefill.judging.model import parse_model


def evaluate_judge(
    corpus: JudgeCorpus,
    experiences: Mapping[str, Experience],
    *,
    split: str = "test",
    writer: str = "",
    keep_accepted: bool = True,
    on_step: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """The report (report.py) about the lines of `split`, by a judge trained without them.

    `keep_accepted`: the judge knows the accepted texts of these combinations, as in production.
    Verdicts and texts that a judge had chosen are not reported, and with a `writer` no other
    writer's. `on_step` is called STEPS times. InputRefused without enough labels elsewhere.
    """
    held_out = [label for label in corpus.labels if label.split == split]
    taught = hold_out(corpus, split, keep_accepted=keep_accepted)
    return evaluate_on(held_out, taught, experiences, writer=writer, on_step=on_step)


def evaluate_on(
    held_out: Iterable[LabelledText],
    taught: JudgeCorpus,
    experiences: Mapping[str, Experience],
    *,
    writer: str = "",
    on_step: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """The report about `held_out` by a judge of `taught`; see evaluate_judge."""
    trained = train_judge(taught, experiences, writer=writer, on_step=on_step)
    data = serialize_judge(trained, describe_teaching(taught))
    judge = SmallJudge(model=parse_model(json.loads(to_json_text(data))))
    rows = [
        JudgedLabel(
            label=label,
            verdict=judge.judge(
                label.text, key=label.key, experience=experiences[label.key.experience]
            ),
        )
        for label in held_out
        if _is_counted(label, writer)
    ]
    return make_judge_report(rows)


def _is_counted(label: LabelledText, writer: str) -> bool:
    is_fair = label.source != VERDICT and not label.is_selected
    return is_fair and writer in ("", label.writer)


def measure_untaught(
    corpus: JudgeCorpus,
    experiences: Mapping[str, Experience],
    *,
    writer: str = "",
    on_step: Callable[[], object] = lambda: None,
) -> dict[str, dict[str, float]]:
    """Per kind of fault, the held-out AUC of a judge that was not taught it.

    Each kind has one figure per locale and one of all texts together (`all`); NaN without texts.
    `on_step` is called STEPS times per kind. InputRefused without enough labels.
    """
    figures = {}
    for kind in FAULTS:
        trained = train_judge(corpus, experiences, writer=writer, untaught=kind, on_step=on_step)
        locales = sorted({each.key.locale for each in trained.labelled})
        figures[kind] = {name: _measure_fault(trained, kind, name) for name in (*locales, "all")}
    return figures


def _measure_fault(trained: TrainedJudge, kind: str, locale: str) -> float:
    """The held-out AUC of texts with a fault against all good ones, of a locale or `all`."""
    chosen = np.array(
        [
            locale in ("all", each.key.locale) and (each.is_good or each.fault == kind)
            for each in trained.labelled
        ]
    )
    labels = np.array([each.is_good for each in trained.labelled])
    return round(measure_auc(trained.log_odds[chosen], labels[chosen]), 4)
