"""`edgefill check`: lists everything that is wrong with a shop's content."""

from __future__ import annotations

import typer

from edgefill.authoring.check import find_problems
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.cli.printing import print_json, print_text


def command(*, templates: TemplatesOption = TEMPLATES, as_json: JsonOption = False) -> None:
    """Print every problem of catalogue, fallbacks, roles and prompts; exit 1 if there is one.

    The problems come in the order to fix them, each with file, line and remedy.
    """
    problems = find_problems(templates)
    if as_json:
        print_json({"problems": problems})
    else:
        for problem in problems:
            print_text(problem)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        typer.echo(f"{templates}: {count if problems else 'sound'}", err=bool(problems))
    raise typer.Exit(1 if problems else 0)
