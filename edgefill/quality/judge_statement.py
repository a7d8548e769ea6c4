"""JudgeStatement: what the file of the small judge states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.judging.model import JudgeModel, load_model


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleStatement:
    """One locale's threshold, and the figures of its training by cross-validation.

    `good_passed` is the share of good texts that pass, `bad_bound` an upper bound (95%) of the
    share of bad ones among those that pass; None where the file does not state a figure.
    """

    threshold: float
    labelled: int | None = None
    auc: float | None = None
    good_passed: float | None = None
    passed: int | None = None
    bad_of_passed: int | None = None
    bad_bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeStatement:
    """The version of a judge's verdicts, and its figures per locale."""

    version: str
    locales: Mapping[str, LocaleStatement]


def read_statement(path: Path) -> JudgeStatement | None:
    """Return what the judge in a file states; None without a readable judge.

    Such a file is the concern of the judge (`edgefill judge`), and no reason to have no report.
    """
    try:
        return describe_judge(load_model(path))
    except ObjectCorrupt:
        return None


def describe_judge(model: JudgeModel) -> JudgeStatement:
    """Return what a judge states about itself."""
    locales = {
        locale: LocaleStatement(threshold=each.threshold, **_select_figures(each.figures))
        for locale, each in sorted(model.locales.items())
    }
    return JudgeStatement(version=model.version, locales=locales)


def _select_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that a report shows; a file may state others, or none."""
    names = ("labelled", "auc", "good_passed", "passed", "bad_of_passed", "bad_bound")
    return {
        name: figures[name]
        for name in names
        if isinstance(figures.get(name), int | float) and figures[name] == figures[name]
    }
