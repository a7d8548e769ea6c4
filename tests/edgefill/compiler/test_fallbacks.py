"""Hand-written fallbacks pass the same language checks and lint, for visitors of every case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler.fallbacks import compile_fallbacks, find_fallback_refusals
from edgefill.core.errors import TemplateRefused

SHOP = load_catalogue(Path(__file__).parents[3] / "templates" / "catalogue")


def make_catalogue(text: str) -> Catalogue:
    entry = replace(SHOP.entry("welcome"), fallbacks={"en": text, "de": text})
    return replace(SHOP, entries=SHOP.entries | {"welcome": entry})


def test_the_committed_fallbacks_compile() -> None:
    """There is one for every experience in every locale, with no phrase for one case only."""
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
def test_a_refused_fallback_is_named_by_its_file(text: str, rule: str) -> None:
    """The error gives file, line and reason; all refusals can be listed too."""
    shop = make_catalogue(text)
    with pytest.raises(TemplateRefused, match=r"fallbacks/welcome/en\.html:1:"):
        compile_fallbacks(shop)
    assert rule in {error.rule for error in find_fallback_refusals(shop.entry("welcome"), "en")}
