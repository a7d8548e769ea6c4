"""Write a trained router: router.json, report.json, report.html and reliability.png."""

from __future__ import annotations

import json
import os
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.router_training.evaluation.report_page import (
    draw_reliability_diagram,
    render_report_page,
)
from edgefill.router_training.train import TrainedRouter

NAMES = ("router.json", "report.json", "report.html", "reliability.png")


def check_folder(folder: Path) -> None:
    """InputRefused if the files cannot be written to `folder`, which need not exist yet."""
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise InputRefused(f"{existing}: is not a writable folder; choose another with --out")
    for name in NAMES:
        if (folder / name).is_dir():
            raise InputRefused(f"{folder / name}: is a folder; move it away or change --out")


def write_router(trained: TrainedRouter, folder: Path, name: str) -> None:
    """Write each file completely or leave it as it was; InputRefused if one cannot be written."""
    title = f"Router of {name}"
    diagram = draw_reliability_diagram(trained.report.reliability, title)
    bodies = (
        json.dumps(trained.router, separators=(",", ":")).encode(),
        json.dumps(trained.report.to_json(), indent=1).encode(),
        render_report_page(trained.report, diagram, title).encode(),
        diagram,
    )
    drafts = [folder / f".{each}.draft" for each in NAMES]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft, body in zip(drafts, bodies, strict=True):
            draft.write_bytes(body)
        for draft, each in zip(drafts, NAMES, strict=True):
            draft.replace(folder / each)
    except OSError as error:
        raise InputRefused(
            f"{folder}: {error.strerror}; choose another folder with --out"
        ) from error
    finally:
        for draft in drafts:
            if draft.exists():
                draft.unlink()
