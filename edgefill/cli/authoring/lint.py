"""`edgefill lint`: everything that is wrong with a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.authoring.template_file import TEMPLATES, TemplateFile, read_template
from edgefill.compiler import find_refusals
from edgefill.compiler.fallbacks import find_fallback_refusals
from edgefill.core.cases import ANY
from edgefill.core.errors import InputRefused, TemplateRefused
from edgefill.core.experience import Experience


def command(
    file: Annotated[Path, typer.Argument(help="A template.")],
    *,
    experience: Annotated[
        str | None, typer.Option(help="What it is for; else its folder says.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Its language; else its name says.")] = None,
    case: Annotated[
        str, typer.Option(help="The case it is written for, as gold.new; any is everybody.")
    ] = ANY,
    templates: Annotated[Path, typer.Option(help="Catalogue and prompts.")] = TEMPLATES,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print every refusal of a template with line, column and remedy; exit 1 if there is one.

    The fallback beside it, which stands in for it, is looked at too.
    """
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    found = find_refusals(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
        other_case_phrases=template.catalogue.phrases_for_other_cases(
            template.experience.id, template.locale, _written(template.experience, case)
        ),
    )
    fallback = _beside(template)
    if as_json:
        said = {"refusals": _as_json(found), "fallback": _as_json(fallback)}
        typer.echo(json.dumps({"file": str(file)} | said))
    else:
        for refusal in [*found, *fallback]:
            typer.echo(str(refusal))
        if not found:
            typer.echo(f"{file}: sound")
    raise typer.Exit(1 if found or fallback else 0)


def _written(experience: Experience, case: str) -> str:
    """`case` if a template can be written for it; InputRefused."""
    if case not in (ANY, *experience.cases.names):
        known = ", ".join(experience.cases.names)
        raise InputRefused(f"--case {case}: {experience.id} is written for {known}")
    return case


def _beside(template: TemplateFile) -> list[TemplateRefused]:
    """What is wrong with the fallback that the catalogue serves where there is no template."""
    id_, locale = template.experience.id, template.locale
    if template.text.strip() == template.catalogue.entry(id_).fallbacks[locale]:
        return []  # it is the file itself
    return find_fallback_refusals(template.catalogue, id_, locale)


def _as_json(found: list[TemplateRefused]) -> list[dict[str, object]]:
    names = ("line", "column", "rule", "reason", "remedy")
    return [{name: getattr(refusal, name) for name in names} for refusal in found]
