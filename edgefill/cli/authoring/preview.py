"""`edgefill preview`: prints what a visitor would read, one page or twenty."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.authoring.readable_text import make_readable
from edgefill.cli.authoring.sample_visits import (
    SampleVisit,
    list_sample_visits,
    read_demo_order,
    read_demo_visitors,
)
from edgefill.cli.authoring.stack_page import request_page
from edgefill.cli.authoring.template_file import read_template
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.compiler import compile_template
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import DevVisitor, read_profile
from edgefill.template.coerce import coerce_values
from edgefill.template.program import link_program

COUNT = 20


def command(
    experience: Annotated[
        str | None,
        typer.Argument(help="An experience, e.g. order-delayed; default: many of them."),
    ] = None,
    *,
    locale: Annotated[str | None, typer.Option(help="Default: the visitor's own.")] = None,
    visitor: Annotated[
        Path | None,
        typer.Option("--as", help="A visitor profile as JSON; default: an anonymous visitor."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Fill this file instead of asking the running stack.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help=f"Without EXPERIENCE: how many, default {COUNT}.")
    ] = None,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Print an experience as one visitor reads it; stderr names the source of the text.

    Without EXPERIENCE, print the readable text of twenty keys of the running stack, as the demo's
    visitors (or --as) read them, each with its key and its source.
    """
    profile = read_profile(visitor) if visitor else None
    if experience is None:
        if template is not None:
            raise InputRefused("--template needs EXPERIENCE, for which the file is written")
        visits = islice(_list_visits(templates, locale, profile), count or COUNT)
        _print_many(state, visits, as_json=as_json)
        return
    if count is not None or as_json:
        raise InputRefused("--count and --json are for many texts; leave EXPERIENCE out")
    if template is not None:
        print_text(_fill_file(template, templates, experience, locale, profile))
        return
    page = request_page(state, experience, locale=locale, visitor=profile)
    typer.echo(f"edgefill: {page.source}", err=True)
    print_text(page.body)


def _fill_file(
    file: Path, templates: Path, experience: str, locale: str | None, profile: DevVisitor | None
) -> str:
    locale = locale or (profile.locale if profile else None)
    template = read_template(file, templates=templates, experience=experience, locale=locale)
    compiled = compile_template(
        template.text,
        experience=template.experience,
        locale=template.locale,
        name=template.name,
    )
    values, _ = coerce_values(template.experience.slots, profile.slots if profile else {})
    return link_program(compiled.program).fill(values)


def _list_visits(
    templates: Path, locale: str | None, profile: DevVisitor | None
) -> Iterator[SampleVisit]:
    catalogue = load_catalogue(templates / "catalogue")
    if locale and locale not in catalogue.locales:
        raise InputRefused(f"--locale {locale}: the catalogue has {', '.join(catalogue.locales)}")
    return list_sample_visits(
        catalogue,
        first=read_demo_order(templates),
        visitors=(profile,) if profile else read_demo_visitors(templates),
        locales=(locale,) if locale else (),
    )


def _print_many(state: Path, visits: Iterator[SampleVisit], *, as_json: bool) -> None:
    """Print each text as soon as the stack sends it; --json prints one object at the end."""
    rows = []
    for visit in visits:
        key = visit.key
        page = request_page(state, key.experience, locale=key.locale, visitor=visit.visitor)
        text = make_readable(page.body, page.content_type)
        rows.append({"key": str(key), "source": page.source, "text": text})
        if not as_json:
            print_text(f"{key}\n{page.source}\n\n{text}\n\n")
    if as_json:
        print_json({"texts": rows})
