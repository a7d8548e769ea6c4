"""`edgefill fill`: fill a template offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.authoring.template_file import TEMPLATES, read_template
from edgefill.compiler import compile_template
from edgefill.local.services.identity import read_object
from edgefill.template.coerce import coerce_values
from edgefill.template.program import link_program


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
    given = read_object(values, "slot values")
    filled, refused = coerce_values(template.experience.slots, given)
    for slot, reason in refused.items():
        typer.echo(f"edgefill: slot {slot!r}: {reason}; its default is used", err=True)
    typer.echo(link_program(compiled.program).fill(filled))
