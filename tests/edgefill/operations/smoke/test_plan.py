"""What tells two visitors apart."""

from __future__ import annotations

from pathlib import Path

from edgefill.local.services.identity import DevIdentityProvider, DevVisitor
from edgefill.operations.smoke.plan import find_marks, list_slot_texts
from tests.edgefill.operations.smoke.scripted_site import ADA, BEN, mint


def test_marks_are_values_of_one_token_only() -> None:
    """Short and shared values prove nothing."""
    assert find_marks(ADA, (BEN,)) == {"Ada"}
    assert find_marks(ADA, (mint("Ada"),)) == frozenset()
    assert find_marks(mint("Al"), ()) == frozenset()


def test_a_token_of_another_form_has_no_marks() -> None:
    """It may be opaque; the site decides about it."""
    for token in ("opaque", "a.b.c", "a.W10.c", ""):
        assert list(list_slot_texts(token)) == []


def test_a_token_of_the_development_provider_has_its_marks(tmp_path: Path) -> None:
    """The claims are read where the edge reads them."""
    visitor = DevVisitor(subject="ada", slots={"name": "Ada", "points": 4})
    token = DevIdentityProvider(tmp_path).mint_token(visitor, now=0)
    assert find_marks(token, ()) == {"Ada"}
