"""`edgefill fill`: fill a template offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.template_file import TEMPLATES, read_template
from lambdas.compiler import compile_template
from lambdas.core.coerce import values_for
from lambdas.core.errors import InputRefused
from lambdas.core.program import link


def command(
    file: Annotated[Path, typer.Argument(help="A template.")],
    values: Annotated[Path, typer.Argument(help="Slot values as a JSON object.")],
    *,
    experience: Annotated[
        str | None, typer.Option(help="What it is for; else its folder says.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Its language; else its name says.")] = None,
    templates: Annotated[Path, typer.Option(help="Catalogue and prompts.")] = TEMPLATES,
) -> None:
    """Compile a template, fill it with values and print the text; no stack needed."""
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    compiled = compile_template(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
    )
    filled, refused = values_for(template.experience.slots, read_values(values))
    for slot, reason in refused.items():
        typer.echo(f"edgefill: slot {slot!r}: {reason}; its default is used", err=True)
    typer.echo(link(compiled.program).fill(filled))


def read_values(file: Path) -> dict[str, Any]:
    """The JSON object in `file`; InputRefused."""
    try:
        data = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise InputRefused(f"{file}: {error}; write slot values as a JSON object") from error
    if not isinstance(data, dict):
        raise InputRefused(f"{file}: {type(data).__name__}; write slot values as a JSON object")
    return data
