"""`edgefill fill`: fills a template with values, without a running stack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.authoring.template_file import (
    ExperienceOption,
    LocaleOption,
    TemplateArgument,
    read_template,
)
from edgefill.cli.options import (
    TEMPLATES,
    TemplatesOption,
)
from edgefill.compiler import compile_template
from edgefill.local.services.identity import read_json_object
from edgefill.template.coerce import coerce_values
from edgefill.template.program import link_program


def command(
    file: TemplateArgument,
    values: Annotated[Path, typer.Argument(help="Slot values as a JSON object.")],
    *,
    experience: ExperienceOption = None,
    locale: LocaleOption = None,
    templates: TemplatesOption = TEMPLATES,
) -> None:
    """Compile a template, fill it with values and print the text; this needs no stack.

    A value that does not fit its slot is reported on stderr and replaced by the slot's default.
    """
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    compiled = compile_template(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
    )
    slot_values = read_json_object(values, "slot values")
    accepted, refused = coerce_values(template.experience.slots, slot_values)
    for slot, reason in refused.items():
        typer.echo(f"edgefill: slot {slot!r}: {reason}; its default is used", err=True)
    typer.echo(link_program(compiled.program).fill(accepted))
