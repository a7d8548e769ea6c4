"""`edgefill preview`: prints what a visitor would read."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from edgefill.cli.authoring.template_file import read_template
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    StateOption,
    TemplatesOption,
)
from edgefill.compiler import compile_template
from edgefill.core.errors import EdgefillError
from edgefill.local.services.identity import DevIdentityProvider, DevVisitor, read_profile
from edgefill.local.stack.run_file import read_run_file
from edgefill.template.coerce import coerce_values
from edgefill.template.program import link_program


class PreviewRefused(EdgefillError):
    """The stack refused the request, or did not answer."""


def command(
    experience: Annotated[str, typer.Argument(help="An experience, e.g. order-delayed.")],
    *,
    locale: Annotated[str | None, typer.Option(help="Default: the visitor's own.")] = None,
    visitor: Annotated[
        Path | None,
        typer.Option("--as", help="A visitor profile as JSON; default: an anonymous visitor."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Fill this file instead of asking the running stack.")
    ] = None,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Print an experience as one visitor reads it; stderr names the source of the text."""
    profile = read_profile(visitor) if visitor else None
    if template is not None:
        typer.echo(_fill_file(template, templates, experience, locale, profile))
        return
    text, source = _ask_stack(state, experience, locale, profile)
    typer.echo(f"edgefill: {source}", err=True)
    typer.echo(text)


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


def _ask_stack(
    state: Path, experience: str, locale: str | None, profile: DevVisitor | None
) -> tuple[str, str]:
    """The running stack's text and its X-Edgefill header; PreviewRefused."""
    query = f"?{urllib.parse.urlencode({'locale': locale})}" if locale else ""
    url = f"{read_run_file(state).cdn}/p/{urllib.parse.quote(experience, safe='')}{query}"
    token = DevIdentityProvider(state).mint_token(profile, now=time.time()) if profile else None
    request = urllib.request.Request(  # noqa: S310 (our own URL)
        url, headers={"Cookie": f"edgefill_profile={token}"} if token else {}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return response.read().decode(), response.headers["X-Edgefill"]
    except urllib.error.HTTPError as error:
        raise PreviewRefused(_describe_error(error)) from error
    except OSError as error:
        raise PreviewRefused(f"{url} does not answer: {error}") from error


def _describe_error(error: urllib.error.HTTPError) -> str:
    """The `detail` of the problem document (RFC 9457), else only the status."""
    try:
        return f"{json.loads(error.read())['detail']} ({error.code})"
    except (ValueError, KeyError, TypeError):
        return f"the stack answers with status {error.code}"
