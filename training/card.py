"""Writes the model card from the measured figures."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2

from training.run_record import read_record


def write_card(folder: Path) -> None:
    """Write `README.md` in the model's folder from its `training.json` and `report.json`."""
    template = jinja2.Template(
        (Path(__file__).parent / "card.md.j2").read_text(encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    card = template.render(
        run=read_record(folder),
        report=json.loads((folder / "report.json").read_text(encoding="utf-8")),
        megabytes=sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6,
    )
    (folder / "README.md").write_text(card, encoding="utf-8")
