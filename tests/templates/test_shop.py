"""The demo shop's catalogue uses every feature and is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler.compile import find_refusals
from edgefill.core.cases import generate_combinations
from edgefill.core.keys import Key
from edgefill.core.slots import SLOT_TYPES
from edgefill.drafting.transforming import ExtractTransformer

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return load_catalogue(TEMPLATES / "catalogue")


def test_the_shop_uses_every_feature(shop: Catalogue) -> None:
    """It has at least 12 experiences in the three formats, two locales and every slot type."""
    experiences = [entry.experience for entry in shop.entries.values()]
    assert len(experiences) >= 12
    assert {experience.format for experience in experiences} == {"html", "json", "text"}
    assert {slot.type for e in experiences for slot in e.slots} == set(SLOT_TYPES)
    assert {"en", "de"} <= set(shop.locales)
    assert {experience.anonymous for experience in experiences} == {True, False}


def test_the_shop_broadens_cases(shop: Catalogue) -> None:
    """Some experiences write fewer cases than visitors can have."""
    specs = [entry.experience.cases for entry in shop.entries.values()]
    assert any(
        len(spec.names) < len(list(generate_combinations(spec.dimensions))) for spec in specs
    )


def test_every_fallback_compiles(shop: Catalogue) -> None:
    """The hand-written texts pass the compiler with its whole lint."""
    refusals = [
        str(refusal)
        for id_, entry in shop.entries.items()
        for locale, text in entry.fallbacks.items()
        for refusal in find_refusals(
            text, experience=entry.experience, locale=locale, name=f"{id_}/{locale}"
        )
    ]
    assert refusals == []


def test_every_key_has_a_compact_prompt(shop: Catalogue) -> None:
    """A prompt for the tiny model fits its small context with room for the answer."""
    prompts = PromptTemplates.load(TEMPLATES / "prompts")
    drafts = (
        prompts.render_draft(shop, key, shop.entry(key.experience).tone_of(key.case))
        for key in shop.list_keys()
        if not shop.entry(key.experience).derived_from
    )
    assert max(map(len, drafts)) < 1100


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_derived_text_compiles_without_a_model(shop: Catalogue, locale: str) -> None:
    """An extract of its source's hand-written text is one."""
    derived = [entry for entry in shop.entries.values() if entry.derived_from]
    assert derived
    for target in derived:
        source, experience = shop.entry(target.derived_from), target.experience
        key = Key(experience=experience.id, locale=locale, case="any.any")
        draft = ExtractTransformer().transform(
            source.fallbacks[locale], source=source, target=target, key=key, deadline_s=1
        )
        assert not find_refusals(draft.text, experience=experience, locale=locale, name=str(key))


@pytest.mark.parametrize(
    ("locale", "thanks"), [("en", "Thank you for your loyalty."), ("de", "Danke für deine Treue.")]
)
def test_only_active_customers_are_thanked_for_loyalty(
    shop: Catalogue, locale: str, thanks: str
) -> None:
    """New and lapsed customers, and texts for everybody, are not."""
    entry = shop.entry("flash-sale")
    refused = {
        case
        for case in ("new.any", "lapsed.any", "any.any", "active.gold")
        if find_refusals(
            f'{{"headline": "{thanks}", "body": "{{{{ percent }}}}% {{{{ ranges | join(", ") }}}}",'
            ' "button": "OK"}',
            experience=entry.experience,
            locale=locale,
            name=case,
            other_case_phrases=entry.phrases_for_other_cases(locale, case),
        )
    }
    assert refused == {"new.any", "lapsed.any", "any.any"}


@pytest.mark.parametrize(("locale", "first"), [("en", "first order"), ("de", "erste Bestellung")])
def test_the_welcome_fallback_suits_returning_customers(
    shop: Catalogue, locale: str, first: str
) -> None:
    """A fallback is shown to every case, and a returning customer has ordered before."""
    assert first not in shop.entry("welcome").fallbacks[locale]
