"""`edgefill smoke`: does a deployment answer as it should?"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from edgefill.catalogue.catalogue import Catalogue
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
from edgefill.core.experience import Experience
from edgefill.local.stack.run_file import read_run_file
from edgefill.operations.smoke.plan import SmokePlan
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


def build_plan(
    catalogue: Catalogue, tokens: tuple[str, ...], *, is_fresh: bool, wait_s: float
) -> SmokePlan:
    """Every anonymous experience in every locale, an HTML one with a personal slot first."""
    experiences = [entry.experience for entry in catalogue.list_closed_entries()]
    public = [each for each in experiences if each.anonymous]
    public.sort(key=lambda each: each.format != "html" or not _has_name(each))
    if not public:
        raise InputRefused("the catalogue has no experience for visitors without a token")
    account = next((each.id for each in experiences if not each.anonymous), None)
    return SmokePlan(
        pages=tuple(
            f"/p/{each.id}?locale={locale}" for each in public for locale in catalogue.locales
        ),
        account_page=f"/p/{account}" if account else None,
        question=find_question(catalogue),
        tokens=tokens,
        is_fresh=is_fresh,
        wait_s=wait_s,
    )


def find_question(catalogue: Catalogue) -> str | None:
    """A declared question of a visitor without a token, in the default locale."""
    questions = catalogue.questions
    if questions is None:
        return None
    lines = (
        texts[0]
        for (experience, locale), texts in questions.utterances.items()
        if experience in questions.anonymous_experiences and locale == catalogue.default_locale
    )
    return next(lines, None)


def parse_url(url: str) -> str:
    """The URL without a slash at its end; InputRefused unless it is http or https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise InputRefused(f"--url {url!r}: write e.g. https://d111111abcdef8.cloudfront.net")
    return f"{parts.scheme}://{parts.netloc}"


def _has_name(experience: Experience) -> bool:
    return any(slot.type == "name" for slot in experience.slots)
