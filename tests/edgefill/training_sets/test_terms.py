"""Licences and privacy, declared by source and writer."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import CatalogueRefused
from edgefill.training_sets.terms import FILE, load_terms

GOOD = """\
licences: [Apache-2.0]
sources:
  gold: {licence: Apache-2.0, privacy: slots, weight: 2.0}
writers: {tiny: MIT}
"""


def test_a_writer_has_its_own_licence_and_people_that_of_the_source(tmp_path: Path) -> None:
    """A model's texts keep its licence in every source."""
    (tmp_path / FILE).write_text(GOOD)
    terms = load_terms(tmp_path)
    assert terms.licences == {"Apache-2.0"}
    assert terms.find_licence("gold", "person") == "Apache-2.0"
    assert terms.find_licence("gold", "tiny") == "MIT"


def test_what_nobody_declared_is_refused(tmp_path: Path) -> None:
    """A missing licence is never guessed."""
    (tmp_path / FILE).write_text(GOOD)
    terms = load_terms(tmp_path)
    with pytest.raises(CatalogueRefused, match=r"training.yaml: writers: 'large' is missing"):
        terms.find_licence("gold", "large")
    with pytest.raises(CatalogueRefused, match=r"training.yaml: sources: 'journal' is missing"):
        terms.find_licence("journal", "person")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("weight: 2.0", "weight: 0.0", "training.yaml:3: sources.gold.weight: "),
        ("privacy: slots", "privacy: all", "training.yaml:3: sources.gold.privacy: "),
        ("  gold", "  rumours", "training.yaml:3: sources.rumours"),
        ("[Apache-2.0]", "[]", "training.yaml:1: licences: "),
        (
            "gold: {licence: Apache-2.0, privacy: slots",
            "journal: {licence: Apache-2.0, privacy: invented",
            "training.yaml:3: sources.journal.privacy: is invented; only gold",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, problem: str, tmp_path: Path) -> None:
    """File, line and field, as in the catalogue's files."""
    (tmp_path / FILE).write_text(GOOD.replace(old, new))
    with pytest.raises(CatalogueRefused) as refused:
        load_terms(tmp_path)
    assert str(refused.value).startswith(problem)
