"""`edgefill routes`: what the CDN does with each path, as its template says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cloudfront_emulator.behaviour_summary import summarize_behaviours
from cloudfront_emulator.cloudformation import load_distribution
from edgefill.cli.options import (
    JsonOption,
)
from edgefill.core.errors import InputRefused
from edgefill.local.stack.synthesis import TEMPLATE


def command(
    *,
    template: Annotated[
        Path, typer.Option(help="A template that `cdk synth` wrote, with a distribution in it.")
    ] = TEMPLATE,
    distribution: Annotated[
        str | None, typer.Option(help="Its logical id, where there are several.")
    ] = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what is not modelled; say so.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print each path's cache key, TTLs, functions and origin, in order of precedence."""
    if template == TEMPLATE and not template.exists():
        raise InputRefused(
            f"no template {template}; make it with `python -m infra.laptop`, "
            "or name another with --template"
        )
    found = load_distribution(template, distribution=distribution, lenient=lenient, warn=_warn)
    if as_json:
        described = [each.to_json() for each in summarize_behaviours(found)]
        typer.echo(json.dumps({"distribution": found.id, "routes": described}))
    else:
        typer.echo(
            "\n\n".join("\n".join(each.format_lines()) for each in summarize_behaviours(found))
        )


def _warn(text: str) -> None:
    typer.echo(f"warning: {text}", err=True)
