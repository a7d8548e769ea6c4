"""Figures are compared with their bars."""

from __future__ import annotations

import math

import pytest

from benchmarks.words.figures import (
    Figure,
    State,
    format_figures,
    list_missed_bars,
    list_unmeasured,
)


@pytest.mark.parametrize(
    ("value", "bar", "is_limit", "state"),
    [
        (0.9, 0.9, False, "met"),
        (0.89, 0.9, False, "missed"),
        (3, 3, True, "met"),
        (4, 3, True, "missed"),
        (4, None, False, ""),
        (None, 3, True, "not measured"),
        (math.nan, 3, True, "not measured"),
    ],
)
def test_a_bar_is_met_from_its_own_value_on(
    value: float | None, bar: float | None, is_limit: bool, state: State
) -> None:
    assert Figure(section="s", name="n", value=value, bar=bar, is_limit=is_limit).state == state


def test_missed_and_unmeasured_bars_are_listed_apart() -> None:
    """A figure without a bar is in neither list."""
    figures = [
        Figure(section="judge", name="AUC", value=0.9, bar=0.93),
        Figure(section="judge", name="bad", value=0.041, bar=0.03, is_limit=True, unit="%"),
        Figure(section="read", name="good", value=None, bar=0.97, note="no labels"),
        Figure(section="read", name="kappa", value=None),
    ]
    assert list_missed_bars(figures) == [
        "judge: AUC: 0.900, bar at least 0.930",
        "judge: bad: 4.1%, bar at most 3.0%",
    ]
    assert list_unmeasured(figures) == ["read: good: no labels"]


def test_the_table_shows_each_section_once_and_what_was_not_measured() -> None:
    table = format_figures(
        [
            Figure(section="judge", name="AUC", value=0.9, bar=0.93, note="12 texts"),
            Figure(section="judge", name="CPU", value=3.46, bar=300, is_limit=True, unit="ms"),
            Figure(section="read", name="good", value=None, bar=0.97, unit="%"),
        ]
    )
    assert [line.split() for line in table.splitlines()] == [
        ["judge"],
        ["AUC", "0.900", ">=", "0.930", "MISSED", "12", "texts"],
        ["CPU", "3.5", "ms", "<=", "300", "ms", "met"],
        [],
        ["read"],
        ["good", "-", ">=", "97.0%", "not", "measured"],
    ]


def test_a_figure_that_is_not_a_number_is_null_in_json() -> None:
    data = Figure(section="s", name="n", value=math.nan, bar=1, is_limit=True).to_json()
    assert data["value"] is None
    assert (data["state"], data["bar_is"]) == ("not measured", "at most")
