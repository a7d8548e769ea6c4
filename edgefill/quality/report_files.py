"""The files of a quality report: `edgefill generate` writes them, each release stores them."""

from __future__ import annotations

import json

from edgefill.quality.page import render_page
from edgefill.quality.report import QualityReport
from edgefill.quality.report_json import quality_to_json

JSON_FILE = "quality.json"
PAGE_FILE = "quality.html"


def build_report_files(report: QualityReport) -> dict[str, bytes]:
    """Return the report's files by name; the same report gives the same bytes."""
    data = json.dumps(quality_to_json(report), ensure_ascii=False, allow_nan=False, indent=1)
    return {
        JSON_FILE: f"{data}\n".encode(),
        PAGE_FILE: render_page(report).encode(),
    }
