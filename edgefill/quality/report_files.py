"""The files of a quality report: `edgefill generate` writes them, each release stores them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.quality.checked_attempts import check_attempts
from edgefill.quality.judge_statement import read_statement
from edgefill.quality.pages.page import render_page
from edgefill.quality.report import QualityReport, measure_quality
from edgefill.quality.report_json import quality_to_json

JSON_FILE = "quality.json"
PAGE_FILE = "quality.html"
# below the folder of the templates; where `make judge` writes the small judge
JUDGE_FILE = Path("judging", "judge.json")

CheckedKeys = Iterator[tuple[Key, Attempts]]


def make_report(
    attempts: Mapping[Key, Attempts],
    *,
    catalogue: Catalogue,
    templates: Path,
    track: Callable[[CheckedKeys], Iterable[tuple[Key, Attempts]]] = iter,
) -> QualityReport:
    """Check the texts of `attempts` and return their report; `track` observes the checks."""
    checked = dict(track(check_attempts(attempts, catalogue=catalogue)))
    statement = read_statement(templates / JUDGE_FILE)
    return measure_quality(checked, catalogue=catalogue, judge=statement)


def build_report_files(report: QualityReport) -> dict[str, bytes]:
    """Return the report's files by name; the same report gives the same bytes."""
    data = json.dumps(quality_to_json(report), ensure_ascii=False, allow_nan=False, indent=1)
    return {
        JSON_FILE: f"{data}\n".encode(),
        PAGE_FILE: render_page(report).encode(),
    }
