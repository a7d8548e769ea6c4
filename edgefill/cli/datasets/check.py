"""`edgefill dataset check`: verify a training set before a model is trained with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from edgefill.cli.datasets.stats import FolderArgument
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.cli.printing import print_json, print_text
from edgefill.training_sets.check import find_problems
from edgefill.training_sets.folder import read_set
from edgefill.training_sets.terms import load_terms


def check_training_set(
    folder: FolderArgument,
    *,
    most: Annotated[int, typer.Option(min=1, help="How many problems are printed.")] = 20,
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Verify digest, lines, licences, personal data and split; exit status 1 if one is wrong."""
    stored = read_set(folder)
    licences = load_terms(templates).licences
    problems: Iterable[str] = track(
        find_problems(stored, licences),
        "checking",
        console=Console(stderr=True),
        disable=as_json,
    )
    found = list(problems)
    if as_json:
        print_json({"digest": stored.card["digest"], "problems": found})
    elif found:
        more = [f"and {len(found) - most} more"] if len(found) > most else []
        print_text("\n".join([*found[:most], *more]))
    else:
        count = len(stored.train) + len(stored.test)
        print_text(f"{folder}: {count} examples are as digest {stored.card['digest'][:12]} says")
    if found:
        raise typer.Exit(1)
