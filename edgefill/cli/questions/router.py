"""`edgefill router`: what leads free questions to templates."""

from __future__ import annotations

import typer

from edgefill.cli.questions import deny, train

group = typer.Typer(
    help="Train what leads free questions to templates, and correct it.", no_args_is_help=True
)
group.callback()(lambda: None)  # a command stays a subcommand even when it is the only one
group.command("train")(train.command)
group.command("deny")(deny.command)
