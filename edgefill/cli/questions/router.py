"""`edgefill router`: train the routers of free questions, and deny wrong hits."""

from __future__ import annotations

import typer

from edgefill.cli.questions import deny, train

group = typer.Typer(
    help="Train the routers of free questions, and correct them.", no_args_is_help=True
)
# with a callback, a single command is still a subcommand
group.callback()(lambda: None)
group.command("train")(train.train_routers)
group.command("deny")(deny.deny_question)
