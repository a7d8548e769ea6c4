"""`edgefill dataset`: build, describe and check the sets that models are trained with."""

from __future__ import annotations

import typer

from edgefill.cli.datasets import build, check, stats

group = typer.Typer(
    help="Build, describe and check the examples that models are trained with.",
    no_args_is_help=True,
)
group.command("build")(build.build_training_set)
group.command("stats")(stats.print_statistics)
group.command("check")(check.check_training_set)
