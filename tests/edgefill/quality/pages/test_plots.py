"""The plots are well-formed SVG and draw what was counted."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from edgefill.judging.verdict import make_person_verdict
from edgefill.quality.chances import bin_chances
from edgefill.quality.pages.plots import draw_calibration, draw_histogram
from tests.edgefill.quality.conftest import make_candidate

READ = make_person_verdict("pass", reader="ada", reason="fine")
BINS = bin_chances(
    [
        make_candidate("pass", chance=0.95).add_verdicts(READ),
        make_candidate("fail", chance=0.95),
        make_candidate("fail", chance=0.05).add_verdicts(READ),
    ]
)


def find_classes(plot: str, tag: str) -> list[str | None]:
    """The classes of all elements of a kind."""
    return [each.get("class") for each in ET.fromstring(plot).iter(tag)]


def test_the_histogram_has_a_bar_per_outcome_and_a_line_per_threshold() -> None:
    """Passed texts stand on refused ones; equal thresholds share a line."""
    plot = draw_histogram(BINS, {"de": 0.9, "en": 0.8, "fr": 0.8})
    assert find_classes(plot, "rect") == ["refused", "refused", "passed"]
    assert find_classes(plot, "line").count("threshold") == 2
    assert "en fr ≥ 0.80" in plot


def test_the_curve_has_a_point_per_bin_that_people_have_read() -> None:
    """Points are joined by a line from two on."""
    plot = draw_calibration(BINS)
    assert find_classes(plot, "circle") == ["people", "people"]
    assert find_classes(plot, "polyline") == ["people"]


def test_plots_of_nothing_are_empty() -> None:
    """Axes without bars and points, and no division by zero."""
    assert find_classes(draw_histogram(bin_chances([]), {}), "rect") == []
    assert find_classes(draw_calibration(bin_chances([])), "circle") == []
