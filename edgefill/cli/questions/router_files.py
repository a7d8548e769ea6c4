"""The files of a trained router: router.json, report.json, report.html and reliability.png."""

from __future__ import annotations

import json
import os
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.router_training.evaluation.diagram import reliability_png
from edgefill.router_training.evaluation.report_page import report_html
from edgefill.router_training.train import TrainedRouter

NAMES = ("router.json", "report.json", "report.html", "reliability.png")


def check_folder(folder: Path) -> None:
    """InputRefused when the files cannot be put into `folder`, which need not be there yet."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise InputRefused(f"{there}: is no folder that can be written; choose another with --out")
    for name in NAMES:
        if (folder / name).is_dir():
            raise InputRefused(f"{folder / name}: is a folder; move it away or change --out")


def write_router(trained: TrainedRouter, folder: Path, name: str) -> None:
    """Each file is whole, or as it was before; InputRefused when one cannot be written."""
    title = f"Router of {name}"
    diagram = reliability_png(trained.report.reliability, title)
    bodies = (
        json.dumps(trained.router, separators=(",", ":")).encode(),
        json.dumps(trained.report.to_json(), indent=1).encode(),
        report_html(trained.report, diagram, title).encode(),
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
