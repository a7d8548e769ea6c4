"""`edgefill dataset stats`: what a training set holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.options import JsonOption
from edgefill.cli.printing import print_json, print_text
from edgefill.training_sets.card import format_figures, format_left_out
from edgefill.training_sets.folder import read_set
from edgefill.training_sets.statistics import count_examples

FolderArgument = Annotated[Path, typer.Argument(help="The folder of a training set.")]


def print_statistics(folder: FolderArgument, *, as_json: JsonOption = False) -> None:
    """Print counts by split, skill, source, language, writer, licence, and real : synthetic."""
    stored = read_set(folder)
    figures = count_examples(stored.train, stored.test)
    left_out = stored.card["left_out"]
    if as_json:
        print_json(
            {"digest": stored.card["digest"], **figures, "left_out": stored.card["left_out"]}
        )
        return
    lines = [f"digest {stored.card['digest']}", *format_figures(figures)]
    print_text("\n".join([*lines, *format_left_out(left_out, "left out of ")]))
