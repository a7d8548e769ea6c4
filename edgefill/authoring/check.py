"""Checks everything that a shop's folder holds, so that one run names every problem."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.catalogue.loader import CatalogueReading, read_catalogue
from edgefill.catalogue.validation import ProblemCollector
from edgefill.compiler.fallbacks import find_fallback_refusals
from edgefill.compiler.locales import find_locale_problem
from edgefill.judging.large import load_rubric
from edgefill.roles.build import load_role_prompts
from edgefill.roles.loader import load_roles


def find_problems(templates: Path) -> list[str]:
    """Every problem of the shop in `templates`, with file, line and remedy, in the order to fix.

    The catalogue comes first, then what its fallbacks say, then roles, prompts and rubric. No
    server is asked, and no key of one is needed.
    """
    collector = ProblemCollector()
    reading = collector.attempt(partial(read_catalogue, templates / "catalogue"))
    if reading:
        collector.problems += reading.problems
        collector.problems += _find_text_problems(reading)
    roles = collector.attempt(partial(load_roles, templates, environment=None))
    if roles:
        collector.attempt(partial(load_role_prompts, templates, roles))
    rubric = templates / "judging" / "rubric.yaml"
    if reading and rubric.is_file():
        collector.attempt(partial(load_rubric, rubric, experiences=reading.entries))
    return collector.problems


def _find_text_problems(reading: CatalogueReading) -> list[str]:
    """Locales that cannot be written, and the refusals of all fallbacks of sound experiences."""
    locales = dict.fromkeys(each for entry in reading.entries.values() for each in entry.fallbacks)
    unwritable = {each: problem for each in locales if (problem := find_locale_problem(each))}
    return [
        *(f"shop.yaml: locales: {problem}; remove it" for problem in unwritable.values()),
        *(
            str(refusal)
            for entry in reading.entries.values()
            for locale in _list_locales(entry, unwritable)
            for refusal in find_fallback_refusals(entry, locale)
        ),
    ]


def _list_locales(entry: CatalogueEntry, unwritable: dict[str, str]) -> list[str]:
    return [locale for locale in entry.fallbacks if locale not in unwritable]
