"""`edgefill new experience`: writes the files of another experience."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from edgefill.authoring.new_experience import (
    NewExperience,
    WrittenExperience,
    convert_experience,
    write_experience,
)
from edgefill.cli.options import TEMPLATES, TemplatesOption
from edgefill.cli.printing import print_text
from edgefill.core.errors import InputRefused

group = typer.Typer(help="Write new content.", no_args_is_help=True)
group.callback()(lambda: None)


@group.command("experience")
def write(
    name: Annotated[str, typer.Argument(help="The experience's id, such as price-drop.")],
    *,
    goal: Annotated[str | None, typer.Option(help="What its texts must achieve.")] = None,
    text: Annotated[
        str | None, typer.Option(help="What visitors read until a model has written for them.")
    ] = None,
    slot: Annotated[
        list[str] | None, typer.Option(help="A blank, NAME:TYPE, such as day:date. Repeatable.")
    ] = None,
    format_: Annotated[
        Literal["html", "text"], typer.Option("--format", help="The format of its texts.")
    ] = "html",
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A Liquid, Handlebars, Mustache, Jinja or Django template to convert."
        ),
    ] = None,
    templates: TemplatesOption = TEMPLATES,
) -> None:
    """Write an experience's YAML and its fallback in every locale; asks for what is not given."""
    new = NewExperience(
        id=name,
        goal=goal or _ask("What must its texts achieve?", "--goal"),
        format=format_,
        text="" if source else text or _ask("What do visitors read until then?", "--text"),
        slots=dict(map(_read_slot, slot or ())),
    )
    if source and (text or slot):
        raise InputRefused("--from brings text and slots; leave --text and --slot out")
    if source:
        _print_result(convert_experience(templates, new, source), source)
    else:
        _print_result(write_experience(templates, new), templates)


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise InputRefused(f"{option} is missing; write it, or run the command in a terminal")
    return str(typer.prompt(question))


def _read_slot(text: str) -> tuple[str, str]:
    name, colon, type_ = text.partition(":")
    if not colon:
        raise InputRefused(f"--slot {text!r}: write NAME:TYPE, such as day:date")
    return name, type_


def _print_result(written: WrittenExperience, source: Path) -> None:
    for file in written.files:
        typer.echo(f"{file}: written")
    if written.losses:
        typer.echo("could not be carried over:")
    for loss in written.losses:
        print_text(f"  {source}:{loss.line}: {loss.what}")
    if written.problems:
        typer.echo("to correct in the new text:")
    for problem in written.problems:
        print_text(f"  {problem}")
