"""Fallbacks: hand-written texts are held to the language, the lint and everybody's case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler.fallbacks import compile_fallbacks, find_fallback_refusals
from edgefill.core.errors import TemplateRefused

SHOP = load_catalogue(Path(__file__).parents[3] / "templates" / "catalogue")


def shop_saying(text: str) -> Catalogue:
    entry = replace(SHOP.entry("welcome"), fallbacks={"en": text, "de": text})
    return replace(SHOP, entries=SHOP.entries | {"welcome": entry})


def test_the_committed_ones_are_sound() -> None:
    """Every experience in every locale, in words for everybody."""
    assert len(compile_fallbacks(SHOP)) == len(SHOP.entries) * len(SHOP.locales)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<script>{{ name }}</script>", "script"),
        (
            '<p>Gold members, {{ name }}: {{ percent }} <a href="{{ shop_url }}">x</a></p>',
            "other-case",
        ),
    ],
)
def test_an_unsound_one_is_refused_by_its_files_name(text: str, rule: str) -> None:
    """With the reason; all that is wrong with it can be had too."""
    shop = shop_saying(text)
    with pytest.raises(TemplateRefused, match=r"fallbacks/welcome/en\.html:1:"):
        compile_fallbacks(shop)
    assert rule in {error.rule for error in find_fallback_refusals(shop, "welcome", "en")}
