"""`edgefill routes`: what a synthesised template makes the CDN do with each path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cloudfront_emulator.behaviour_summary import summarize_behaviours
from cloudfront_emulator.cloudformation import load_distribution
from edgefill.cli.options import JsonOption
from edgefill.core.errors import InputRefused
from edgefill.local.stack.synthesis import TEMPLATE


def command(
    *,
    template: Annotated[
        Path, typer.Option(help="A template from `cdk synth` that contains a distribution.")
    ] = TEMPLATE,
    distribution: Annotated[
        str | None,
        typer.Option(help="The distribution's logical id; needed if there are several."),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="Ignore properties that are not emulated, with a warning."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print each path's cache key, TTLs, functions and origin, in order of precedence."""
    if template == TEMPLATE and not template.exists():
        raise InputRefused(
            f"no template {template}; make it with `python -m infra.laptop`, "
            "or name another with --template"
        )
    model = load_distribution(
        template, distribution=distribution, lenient=lenient, warn=_print_warning
    )
    summaries = list(summarize_behaviours(model))
    if as_json:
        rows = [summary.to_json() for summary in summaries]
        typer.echo(json.dumps({"distribution": model.id, "routes": rows}))
    else:
        typer.echo("\n\n".join("\n".join(summary.format_lines()) for summary in summaries))


def _print_warning(text: str) -> None:
    typer.echo(f"warning: {text}", err=True)
