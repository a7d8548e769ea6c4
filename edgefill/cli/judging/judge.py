"""`edgefill judge`: train the small judge, and compare a judge with readers."""

from __future__ import annotations

import typer

from edgefill.cli.judging import evaluate, report, train

group = typer.Typer(
    help="Train the judge of generated texts, and compare judges with readers.",
    no_args_is_help=True,
)
# with a callback, a single command is still a subcommand
group.callback()(lambda: None)
group.command("train")(train.train_small_judge)
group.command("evaluate")(evaluate.evaluate_small_judge)
group.command("report")(report.report_judge)
