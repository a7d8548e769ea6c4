"""Chooses visits that show many different texts of the shop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.core.cases import generate_combinations
from edgefill.core.keys import Key
from edgefill.local.services.identity import DevVisitor, read_profile

ANYBODY = DevVisitor(subject="preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleVisit:
    """A visit that reaches `key`."""

    key: Key
    visitor: DevVisitor


def list_sample_visits(
    catalogue: Catalogue,
    *,
    first: Sequence[str],
    visitors: Sequence[DevVisitor],
    locales: Sequence[str] = (),
) -> Iterator[SampleVisit]:
    """Yield one visit per key: first one per experience and locale, then the other cases.

    The experiences of `first` come first. Each locale is visited by the one of `visitors` who
    speaks it, else by the first of them.
    """
    seen = set()
    ranks = {id_: rank for rank, id_ in enumerate(first)}
    entries = sorted(
        catalogue.list_closed_entries(),
        key=lambda entry: ranks.get(entry.experience.id, len(ranks)),
    )
    pages = [(entry, locale) for entry in entries for locale in locales or catalogue.locales]
    visits = [_make_visit(entry, locale, _choose(visitors, locale)) for entry, locale in pages]
    for visit in (*visits, *_list_other_cases(pages, visitors)):
        if visit.key not in seen:
            seen.add(visit.key)
            yield visit


def read_demo_order(templates: Path) -> tuple[str, ...]:
    """The experiences of the demo page in its order; none without such a page."""
    page = templates / "demo" / "page.html"
    if not page.is_file():
        return ()
    return tuple(re.findall(r'data-experience="([^"]+)"', page.read_text()))


def read_demo_visitors(templates: Path) -> tuple[DevVisitor, ...]:
    """The visitors of the demo page; InputRefused for a damaged profile."""
    return tuple(map(read_profile, sorted((templates / "demo" / "visitors").glob("*.json"))))


def _list_other_cases(
    pages: Sequence[tuple[CatalogueEntry, str]], visitors: Sequence[DevVisitor]
) -> Iterator[SampleVisit]:
    for entry, locale in pages:
        visitor = _choose(visitors, locale)
        cases = entry.experience.cases
        for combination in generate_combinations(cases.dimensions):
            profile = cases.split_case(combination)
            yield _make_visit(entry, locale, replace(visitor, case=profile))


def _make_visit(entry: CatalogueEntry, locale: str, visitor: DevVisitor) -> SampleVisit:
    case = entry.experience.cases.resolve(visitor.case)
    key = Key(experience=entry.experience.id, locale=locale, case=case)
    return SampleVisit(key=key, visitor=replace(visitor, locale=locale))


def _choose(visitors: Sequence[DevVisitor], locale: str) -> DevVisitor:
    speakers = [each for each in visitors if each.locale == locale]
    return (*speakers, *visitors, ANYBODY)[0]
