"""Which visits show many different texts."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.authoring.sample_visits import (
    SampleVisit,
    list_sample_visits,
    read_demo_order,
    read_demo_visitors,
)
from edgefill.local.services.identity import DevVisitor

TEMPLATES = Path("templates")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The demo shop's catalogue."""
    return load_catalogue(TEMPLATES / "catalogue")


def list_demo_visits(catalogue: Catalogue) -> list[SampleVisit]:
    visits = list_sample_visits(
        catalogue, first=read_demo_order(TEMPLATES), visitors=read_demo_visitors(TEMPLATES)
    )
    return list(visits)


def test_twenty_texts_are_of_ten_experiences_in_both_locales(catalogue: Catalogue) -> None:
    """The demo page's come first, and no key comes twice."""
    keys = [visit.key for visit in list_demo_visits(catalogue)[:20]]
    assert len(set(keys)) == 20
    assert len({key.experience for key in keys}) == 10
    assert [key.experience for key in keys[:8:2]] == list(read_demo_order(TEMPLATES))
    assert {key.locale for key in keys} == {"en", "de"}


def test_every_key_is_visited_once_by_somebody_who_reaches_it(catalogue: Catalogue) -> None:
    """The demo's visitors keep their values and get the case of the key."""
    visits = list_demo_visits(catalogue)
    assert len({visit.key for visit in visits}) == len(visits)
    assert {visit.key for visit in visits} <= set(catalogue.list_keys())
    for visit in visits:
        cases = catalogue.entry(visit.key.experience).experience.cases
        assert cases.resolve(visit.visitor.case) == visit.key.case
        assert visit.visitor.locale == visit.key.locale
        assert visit.visitor.slots["name"] == {"de": "Ada", "en": "Jonas"}[visit.key.locale]


def test_one_visitor_and_one_locale_can_be_chosen(catalogue: Catalogue) -> None:
    """`--as` and `--locale`."""
    grace = DevVisitor(subject="grace", locale="en", slots={"name": "Grace"})
    visits = list_sample_visits(catalogue, first=(), visitors=(grace,), locales=("de",))
    for visit in islice(visits, 5):
        assert (visit.key.locale, visit.visitor.locale) == ("de", "de")
        assert visit.visitor.slots["name"] == "Grace"


def test_a_shop_without_a_demo_is_visited_by_anybody(catalogue: Catalogue, tmp_path: Path) -> None:
    """In the order of the catalogue."""
    assert (read_demo_order(tmp_path), read_demo_visitors(tmp_path)) == ((), ())
    visit = next(list_sample_visits(catalogue, first=(), visitors=()))
    assert visit.key.experience == next(iter(catalogue.entries))
    assert visit.visitor.subject == "preview"
