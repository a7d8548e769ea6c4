"""`edgefill router train`: train routers from a catalogue's questions or a file of examples."""

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
from edgefill.router_training.evaluation.report_page import list_figures
from edgefill.router_training.questions.example_files import read_examples
from edgefill.router_training.questions.examples import ExampleSource
from edgefill.router_training.release_routers import SEED
from edgefill.router_training.teacher.teacher import find_teacher, is_teacher_locale
from edgefill.router_training.train import TrainedRouter, count_steps, train


def train_routers(
    *,
    catalogue: Annotated[Path, typer.Option(help="The folder with the catalogue.")] = TEMPLATES,
    file: Annotated[
        Path | None,
        typer.Option(
            help="Examples to use instead: CLINC150's JSON, or text,intent as CSV or JSON Lines."
        ),
    ] = None,
    from_traffic: Annotated[
        bool,
        typer.Option(
            "--drawn/--written", help="Visitors or an author wrote the questions of --file."
        ),
    ] = False,
    budget: Annotated[
        float | None,
        typer.Option(
            min=0.001, max=0.5, help="The share of false hits to allow; default: that of shop.yaml."
        ),
    ] = None,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="The confidence of staying within the budget.")
    ] = 0.95,
    teacher: Annotated[
        bool,
        typer.Option(
            "--teacher/--no-teacher", help="Train English routers with MiniLM, if installed."
        ),
    ] = True,
    out: Annotated[Path, typer.Option(help="The folder of routers and reports.")] = Path("routers"),
    as_json: JsonOption = False,
) -> None:
    """Train routers and estimate by cross-validation how much they serve, and how often wrongly.

    Writes router.json, report.json, report.html and reliability.png for each partition.
    """
    if from_traffic and file is None:
        raise InputRefused("--drawn describes the questions of a file; give --file too")
    trained_routers = {}
    teacher_model = find_teacher(find_teacher_cache()) if teacher else None
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        for name, locale, examples, declared in _load_partitions(catalogue, file):
            check_folder(out / name)
            task = bar.add_task(name, total=count_steps(examples))
            with _name_source(f"{file or catalogue / name}"):
                trained = train(
                    examples,
                    budget=budget or declared,
                    confidence=confidence,
                    seed=SEED,
                    teacher=teacher_model if is_teacher_locale(locale) else None,
                    from_traffic=from_traffic,
                    on_step=lambda _step, task=task: bar.advance(task),  # type: ignore[misc]
                )
            write_router(trained, out / name, name)
            trained_routers[name] = trained
    if as_json:
        typer.echo(
            json.dumps({name: each.report.to_json() for name, each in trained_routers.items()})
        )
        return
    for name, each in trained_routers.items():
        _print_report(name, each)
    typer.echo(f"routers and reports: {out}/")


def _load_partitions(
    folder: Path, file: Path | None
) -> Iterator[tuple[str, str, ExampleSource, float]]:
    """Name, locale, examples and declared budget of each router; a file's language is English."""
    if file is not None:
        yield file.stem, "en", read_examples(file), 0.02
        return
    questions = load_catalogue(folder / "catalogue").questions
    if questions is None:
        raise InputRefused(
            f"{folder}: declares no questions; add `ask` to shop.yaml, or give --file"
        )
    for partition in questions.list_partitions():
        examples = questions.collect_examples(partition)
        yield str(partition), partition.locale, examples, questions.ask.budget


@contextmanager
def _name_source(source: str) -> Iterator[None]:
    """Put the source of the examples before the message of an InputRefused."""
    try:
        yield
    except InputRefused as error:
        raise InputRefused(f"{source}: {error}") from error


def find_teacher_cache() -> Path:
    """The folder of the teacher's cached vectors, in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "edgefill" / "teacher"


def _print_report(name: str, trained: TrainedRouter) -> None:
    typer.echo(name)
    for figure, value in list_figures(trained.report):
        typer.echo(f"  {figure:<22}{value}")
    for warning in trained.report.warnings:
        sys.stderr.write(f"  {warning}\n")
