"""Compares a judge with readers, per locale: what passes, how often wrongly, calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from edgefill.judge_training.fit import bound_share
from edgefill.judge_training.labels import LabelledText
from edgefill.judge_training.statistics import (
    Flags,
    Floats,
    bootstrap_interval,
    measure_auc,
    measure_calibration,
    measure_kappa,
    measure_matched_auc,
    measure_precision,
    measure_recall,
)
from edgefill.judging import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLabel:
    """A labelled text and what a judge says about it."""

    label: LabelledText
    verdict: Verdict

    @property
    def passes(self) -> bool:
        """Whether the gate would open; it stays shut for an unscored text."""
        return self.verdict.outcome == "pass"


def make_judge_report(rows: Sequence[JudgedLabel]) -> dict[str, Any]:
    """The report as a JSON object, of all rows and per locale.

    Figures are of the rows on which readers agree; the others are in `readers_differ`. AUC and
    calibration are of the scored ones, precision and recall count an unscored text as refused.
    """
    locales = sorted({row.label.key.locale for row in rows})
    agreed = [row for row in rows if row.label.is_agreed]
    return {
        "readers": _compare_readers([row.label for row in rows]),
        "all": measure_rows(agreed),
        "locales": {
            locale: measure_rows([row for row in agreed if row.label.key.locale == locale])
            for locale in locales
        },
        "faults": _measure_faults(agreed),
        "disagreements": [_list_row(row) for row in agreed if row.passes != row.label.is_good],
        "readers_differ": [_list_row(row) for row in rows if not row.label.is_agreed],
    }


def measure_rows(rows: Sequence[JudgedLabel]) -> dict[str, Any]:
    """The figures of some rows, with 95% bootstrap intervals; null where there is no figure."""
    labels = np.array([row.label.is_good for row in rows], dtype=bool)
    passes = np.array([row.passes for row in rows], dtype=bool)
    scored = [row for row in rows if row.verdict.probability is not None]
    scores = np.array([row.verdict.probability for row in scored], dtype=float)
    truth = np.array([row.label.is_good for row in scored], dtype=bool)
    lengths = np.array([len(row.label.text) for row in scored], dtype=float)
    bins, error = measure_calibration(scores, truth)
    bad = int((passes & ~labels).sum())
    return {
        "texts": len(rows),
        "good": int(labels.sum()),
        "unscored": len(rows) - len(scored),
        "auc": _estimate_auc(scores, truth),
        "length_matched_auc": _clean(measure_matched_auc(scores, truth, lengths)),
        "length_only_auc": _clean(measure_auc(-lengths, truth)),
        "precision": _estimate_rate(measure_precision, passes, labels),
        "recall": _estimate_rate(measure_recall, passes, labels),
        "bad_of_passed_bound": round(bound_share(bad, int(passes.sum())), 4),
        "confusion": {
            "good_passed": int((passes & labels).sum()),
            "good_refused": int((~passes & labels).sum()),
            "bad_passed": bad,
            "bad_refused": int((~passes & ~labels).sum()),
        },
        "ece": round(error, 4) if scored else None,
        "bins": [{name: round(value, 4) for name, value in each.items()} for each in bins],
    }


def _estimate_auc(scores: Floats, labels: Flags) -> dict[str, float | None]:
    def resample(chosen: npt.NDArray[np.int64]) -> float:
        return measure_auc(scores[chosen], labels[chosen])

    return _describe(measure_auc(scores, labels), bootstrap_interval(resample, len(labels)))


def _estimate_rate(measure: Any, passes: Flags, labels: Flags) -> dict[str, float | None]:
    def resample(chosen: npt.NDArray[np.int64]) -> float:
        return float(measure(passes[chosen], labels[chosen]))

    return _describe(measure(passes, labels), bootstrap_interval(resample, len(labels)))


def _describe(value: float, interval: tuple[float, float]) -> dict[str, float | None]:
    return {"value": _clean(value), "low": _clean(interval[0]), "high": _clean(interval[1])}


def _clean(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def _compare_readers(labels: Sequence[LabelledText]) -> dict[str, Any]:
    """Kappa of each pair of readers; readers count from 1."""
    readers = range(min((len(label.labels) for label in labels), default=0))
    return {
        "texts": len(labels),
        "agreed": sum(label.is_agreed for label in labels),
        "kappa": {
            f"{first + 1}-{second + 1}": round(
                measure_kappa(
                    [label.labels[first] for label in labels],
                    [label.labels[second] for label in labels],
                ),
                4,
            )
            for first, second in combinations(readers, 2)
        },
    }


def _measure_faults(rows: Iterable[JudgedLabel]) -> dict[str, Any]:
    """Per composed fault, the AUC of its bad texts against all good ones."""
    scored = [row for row in rows if row.verdict.probability is not None]
    figures = {}
    for fault in sorted({row.label.fault for row in scored} - {""}):
        chosen = [row for row in scored if row.label.is_good or row.label.fault == fault]
        scores = np.array([row.verdict.probability for row in chosen], dtype=float)
        labels = np.array([row.label.is_good for row in chosen], dtype=bool)
        figures[fault] = {"bad": int((~labels).sum()), "auc": _clean(measure_auc(scores, labels))}
    return figures


def _list_row(row: JudgedLabel) -> dict[str, Any]:
    return {
        "key": str(row.label.key),
        "labels": list(row.label.labels),
        "reasons": [list(each) for each in row.label.reasons],
        "outcome": row.verdict.outcome,
        "probability": row.verdict.probability,
        "judge_says": row.verdict.reason,
        "text": row.label.text,
    }
