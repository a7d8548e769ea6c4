"""What a judge's file states about itself."""

from __future__ import annotations

from pathlib import Path

from edgefill.quality.judge_statement import _select_figures, read_statement

JUDGE = Path("templates/judging/judge.json")


def test_reads_the_demo_shops_judge() -> None:
    """Threshold and cross-validated figures per locale."""
    statement = read_statement(JUDGE)
    assert statement
    assert list(statement.locales) == ["de", "en"]
    german = statement.locales["de"]
    assert 0 < german.threshold < 1
    assert german.auc
    assert german.auc > 0.5


def test_a_judge_that_cannot_be_read_states_nothing(tmp_path: Path) -> None:
    """A missing or damaged file leaves the report without these figures."""
    damaged = tmp_path / "judge.json"
    damaged.write_text("{")
    assert read_statement(tmp_path / "none.json") is None
    assert read_statement(damaged) is None


def test_shows_only_figures_that_are_numbers() -> None:
    """A file may state other figures, or NaN."""
    assert _select_figures({"auc": 0.9, "passed": float("nan"), "bad_bound": "x", "new": 1}) == {
        "auc": 0.9
    }
