"""What the commands that train a judge read, and their common options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.options import TEMPLATES
from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.judge_training.labels import JudgeCorpus, read_accepted, read_labels

LABELS = TEMPLATES / "judging" / "labels.jsonl"

LabelsOption = Annotated[
    Path, typer.Option(help="JSON Lines: key, text, labels (one per reader), reasons.")
]
AcceptedOption = Annotated[
    Path | None, typer.Option(help="JSON Lines of texts that the shop publishes: key, text.")
]
WriterOption = Annotated[
    str,
    typer.Option(help="The writer whose texts will be judged; those of others count less."),
]


def read_corpus(labels: Path, accepted: Path | None, writer: str) -> JudgeCorpus:
    """The labelled and accepted texts; InputRefused, also if no line is by `writer`."""
    rows = read_labels(labels)
    writers = {row.writer for row in rows}
    if writer and writer not in writers:
        known = ", ".join(sorted(writers - {""})) or "none"
        raise InputRefused(f"--writer {writer}: {labels} has no such line; its writers: {known}")
    return JudgeCorpus(labels=rows, accepted=read_accepted(accepted) if accepted else [])


def read_experiences(templates: Path) -> dict[str, Experience]:
    """The declared experiences by name."""
    entries = load_catalogue(templates / "catalogue").entries
    return {name: entry.experience for name, entry in entries.items()}
