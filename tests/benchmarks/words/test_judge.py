"""A report about the judge, as figures with bars."""

from __future__ import annotations

from typing import Any

from benchmarks.words.judge import compare_locale

REPORT: dict[str, Any] = {
    "texts": 50,
    "auc": {"value": 0.94, "low": 0.9, "high": 0.97},
    "length_matched_auc": 0.9,
    "confusion": {"good_passed": 30, "good_refused": 10, "bad_passed": 1, "bad_refused": 9},
    "bad_of_passed_bound": 0.15,
    "unscored": 0,
}


def test_each_bar_has_its_figure() -> None:
    figures = {each.name: (each.value, each.state) for each in compare_locale("de", REPORT)}
    assert figures["de: AUC"] == (0.94, "met")
    assert figures["de: unpublishable among what passes"] == (1 / 31, "missed")
    assert figures["de: publishable that pass"] == (0.75, "met")
    assert figures["de: AUC and length-matched AUC differ by"][1] == "missed"


def test_a_judge_that_passes_nothing_has_no_share_of_bad_texts() -> None:
    """Nor an AUC where all texts are good."""
    nothing = REPORT | {
        "auc": {"value": None, "low": None, "high": None},
        "confusion": {"good_passed": 0, "good_refused": 5, "bad_passed": 0, "bad_refused": 0},
    }
    states = {each.name: each.state for each in compare_locale("de", nothing)}
    assert states["de: unpublishable among what passes"] == "not measured"
    assert states["de: AUC"] == "not measured"
    assert states["de: publishable that pass"] == "missed"
