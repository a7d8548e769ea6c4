"""`edgefill smoke`: does a deployment answer as it should?"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.operations.check_report import print_report
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.core.errors import InputRefused
from edgefill.local.stack.run_file import read_run_file
from edgefill.operations.site_plan import build_plan
from edgefill.operations.smoke.site import HttpSite
from edgefill.operations.smoke.smoke_test import run_smoke_test


def command(
    *,
    url: Annotated[
        str | None, typer.Option(help="The deployment's URL; default: the running stack's.")
    ] = None,
    token: Annotated[
        list[str] | None,
        typer.Option(help="A profile token; give two of different visitors to look for leaks."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Nothing is published yet: expect fallbacks.")
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds in which a missed page must be a hit.")
    ] = 60,
    as_json: JsonOption = False,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Check hit, miss, fallback, questions, headers, refusals, and that nothing personal is cached.

    The exit status is 1 if a check failed. The catalogue says which pages there are.
    """
    plan = build_plan(
        load_catalogue(templates / "catalogue"), tuple(token or ()), is_fresh=fresh, wait_s=wait
    )
    site = HttpSite(url=parse_url(url) if url else read_run_file(state).cdn)
    print_report(run_smoke_test(site, plan), as_json=as_json)


def parse_url(url: str) -> str:
    """The URL without a slash at its end; InputRefused unless it is http or https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise InputRefused(f"--url {url!r}: write e.g. https://d111111abcdef8.cloudfront.net")
    return f"{parts.scheme}://{parts.netloc}"
