"""`edgefill router train`: routers out of a catalogue's questions, or out of a file of examples."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.options import (
    TEMPLATES,
    JsonOption,
)
from edgefill.cli.questions.router_files import check_folder, write_router
from edgefill.core.errors import InputRefused
from edgefill.router_training.evaluation.report_page import figures_of
from edgefill.router_training.questions.example_files import read_examples
from edgefill.router_training.questions.examples import ExampleSource
from edgefill.router_training.release_routers import SEED
from edgefill.router_training.teacher.teacher import find_teacher, speaks
from edgefill.router_training.train import TrainedRouter, count_steps, train


def command(
    *,
    catalogue: Annotated[Path, typer.Option(help="Catalogue and prompts.")] = TEMPLATES,
    file: Annotated[
        Path | None,
        typer.Option(
            help="Examples instead: CLINC150's JSON, or text,intent as CSV or JSON lines."
        ),
    ] = None,
    drawn: Annotated[
        bool,
        typer.Option("--drawn/--written", help="The file holds visitors' own questions, picked."),
    ] = False,
    budget: Annotated[
        float | None, typer.Option(min=0.001, max=0.5, help="False hits of served; else declared.")
    ] = None,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="That the budget is kept.")
    ] = 0.95,
    teacher: Annotated[
        bool,
        typer.Option("--teacher/--no-teacher", help="Learn English from MiniLM, if installed."),
    ] = True,
    out: Annotated[Path, typer.Option(help="Where routers and reports go.")] = Path("routers"),
    as_json: JsonOption = False,
) -> None:
    """Train routers and say by cross-validation what they will serve and how often wrongly.

    Writes for each partition router.json, report.json, report.html and reliability.png.
    """
    if drawn and file is None:
        raise InputRefused("--drawn says where a file's questions come from; give --file too")
    found = {}
    asked = find_teacher(teacher_cache()) if teacher else None
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        for name, locale, examples, declared in _partitions(catalogue, file):
            check_folder(out / name)
            task = bar.add_task(name, total=count_steps(examples))
            with _naming(f"{file or catalogue / name}"):
                trained = train(
                    examples,
                    budget=budget or declared,
                    confidence=confidence,
                    seed=SEED,
                    teacher=asked if speaks(locale) else None,
                    from_traffic=drawn,
                    on_step=lambda _step, task=task: bar.advance(task),  # type: ignore[misc]
                )
            write_router(trained, out / name, name)
            found[name] = trained
    if as_json:
        typer.echo(json.dumps({name: each.report.to_json() for name, each in found.items()}))
        return
    for name, each in found.items():
        _print(name, each)
    typer.echo(f"routers and reports: {out}/")


def _partitions(folder: Path, file: Path | None) -> Iterator[tuple[str, str, ExampleSource, float]]:
    """Name, locale, examples and declared budget of each router; a file is taken for English."""
    if file is not None:
        yield file.stem, "en", read_examples(file), 0.02
        return
    questions = load_catalogue(folder / "catalogue").questions
    if questions is None:
        raise InputRefused(f"{folder}: declares no questions (`ask` in shop.yaml); or give --file")
    for partition in questions.list_partitions():
        said = questions.collect_examples(partition)
        yield str(partition), partition.locale, said, questions.ask.budget


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """What is refused says where it stands."""
    try:
        yield
    except InputRefused as error:
        raise InputRefused(f"{place}: {error}") from error


def teacher_cache() -> Path:
    """Where a teacher's answers are kept: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "edgefill" / "teacher"


def _print(name: str, trained: TrainedRouter) -> None:
    typer.echo(name)
    for figure, value in figures_of(trained.report):
        typer.echo(f"  {figure:<22}{value}")
    for remark in trained.report.remarks:
        sys.stderr.write(f"  {remark}\n")
