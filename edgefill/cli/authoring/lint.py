"""`edgefill lint`: lists everything that is wrong with a template."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from edgefill.cli.authoring.template_file import (
    ExperienceOption,
    LocaleOption,
    TemplateArgument,
    TemplateFile,
    read_template,
)
from edgefill.cli.options import (
    TEMPLATES,
    JsonOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_text
from edgefill.compiler import find_refusals
from edgefill.compiler.fallbacks import find_fallback_refusals
from edgefill.core.cases import ANY
from edgefill.core.errors import InputRefused, TemplateRefused
from edgefill.core.experience import Experience


def command(
    file: TemplateArgument,
    *,
    experience: ExperienceOption = None,
    locale: LocaleOption = None,
    case: Annotated[
        str, typer.Option(help="The case it is written for, such as gold.new; any: all visitors.")
    ] = ANY,
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Print every refusal of a template with line, column and remedy; exit 1 if there is one.

    The experience's fallback, which is served where there is no template, is checked too.
    """
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    _check_case(template.experience, case)
    refusals = find_refusals(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
        other_case_phrases=template.entry.phrases_for_other_cases(template.locale, case),
    )
    fallback_refusals = _lint_fallback(template)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "file": str(file),
                    "refusals": [_to_json(refusal) for refusal in refusals],
                    "fallback": [_to_json(refusal) for refusal in fallback_refusals],
                }
            )
        )
    else:
        for refusal in [*refusals, *fallback_refusals]:
            print_text(str(refusal))
        if not refusals:
            typer.echo(f"{file}: sound")
    raise typer.Exit(1 if refusals or fallback_refusals else 0)


def _check_case(experience: Experience, case: str) -> None:
    """InputRefused unless a template can be written for `case`."""
    if case not in (ANY, *experience.cases.names):
        cases = ", ".join(experience.cases.names)
        raise InputRefused(f"--case {case}: {experience.id} is written for {cases}")


def _lint_fallback(template: TemplateFile) -> list[TemplateRefused]:
    if template.text.strip() == template.entry.fallbacks[template.locale]:
        # the template is the fallback itself
        return []
    return find_fallback_refusals(template.entry, template.locale)


def _to_json(refusal: TemplateRefused) -> dict[str, object]:
    names = ("line", "column", "rule", "reason", "remedy")
    return {name: getattr(refusal, name) for name in names}
