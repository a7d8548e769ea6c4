"""`edgefill judge evaluate`: how well a judge decides where it was taught no label."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.cli.judging.inputs import (
    LABELS,
    AcceptedOption,
    LabelsOption,
    WriterOption,
    read_corpus,
    read_experiences,
)
from edgefill.cli.judging.report import format_report
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.cli.printing import print_json, print_text
from edgefill.core.errors import InputRefused
from edgefill.judge_training.evaluation import evaluate_judge
from edgefill.judge_training.train import STEPS


def evaluate_small_judge(
    *,
    labels: LabelsOption = LABELS,
    accepted: AcceptedOption = None,
    writer: WriterOption = "",
    split: Annotated[str, typer.Option(help="The lines to judge, and not to teach.")] = "test",
    new_combinations: Annotated[
        bool,
        typer.Option(
            "--new-combinations",
            help="Leave out the accepted texts of these combinations too, as if there were none.",
        ),
    ] = False,
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Train a judge without the labels of a split's combinations and report how it judges them.

    Nothing is written: the judge that is shipped is trained with everything.
    """
    corpus = read_corpus(labels, accepted, writer)
    if not any(label.split == split for label in corpus.labels):
        raise InputRefused(f"{labels}: no line has the split {split!r}")
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task("training", total=STEPS)
        report = evaluate_judge(
            corpus,
            read_experiences(templates),
            split=split,
            writer=writer,
            keep_accepted=not new_combinations,
            on_step=lambda: bar.advance(task),
        )
    if as_json:
        print_json(report)
    else:
        print_text(format_report(report))
