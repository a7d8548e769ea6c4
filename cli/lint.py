"""`edgefill lint`: everything that is wrong with a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.template_file import TEMPLATES, read_template
from lambdas.compiler import refusals
from lambdas.core.errors import TemplateRefused


def command(
    file: Annotated[Path, typer.Argument(help="A template.")],
    *,
    experience: Annotated[
        str | None, typer.Option(help="What it is for; else its folder says.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Its language; else its name says.")] = None,
    templates: Annotated[Path, typer.Option(help="Catalogue and prompts.")] = TEMPLATES,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print every refusal of a template with line, column and remedy; exit 1 if there is one."""
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    found = refusals(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
    )
    if as_json:
        typer.echo(json.dumps({"file": str(file), "refusals": [_as_json(each) for each in found]}))
    else:
        for refusal in found:
            typer.echo(str(refusal))
        if not found:
            typer.echo(f"{file}: sound")
    raise typer.Exit(1 if found else 0)


def _as_json(refusal: TemplateRefused) -> dict[str, object]:
    return {name: getattr(refusal, name) for name in ("line", "column", "rule", "reason", "remedy")}
