"""A small catalogue, its prompts, and a lint that knows one rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key, parse_key
from edgefill.core.slots import Slot
from edgefill.drafting.generator import Generator
from lambdas.batch.draft import Drafter
from lambdas.batch.outcome import FinishedDraft


def no_brackets(
    text: str, *, experience: Experience, locale: str, name: str, **_: object
) -> list[TemplateRefused]:
    """Refuse every square bracket; the stand-in for compiler and lint."""
    return [
        TemplateRefused(
            template=name,
            line=1,
            column=column,
            reason="a bracket is left over",
            remedy="write a slot",
            rule="placeholder",
        )
        for column, character in enumerate(text, start=1)
        if character == "["
    ]


@pytest.fixture
def catalogue() -> Catalogue:
    """One experience in two locales and three cases: six keys."""
    tier = Dimension(name="tier", values=("gold", "basic"), default="basic")
    experience = Experience(
        id="greeting",
        version="1",
        format="text",
        slots=(Slot(name="name", type="name", default="you", personal=True),),
        cases=CaseSpec(dimensions=(tier,), broaden=("tier",), names=("gold", "basic", "any")),
        max_chars=300,
    )
    entry = CatalogueEntry(
        experience=experience,
        title="Greeting",
        goal="greet the visitor",
        fallbacks={"en": "Hello {{ name }}", "de": "Hallo {{ name }}"},
        tones=("warm", "brief"),
    )
    return Catalogue(
        version="c1",
        shop="Demo",
        locales=("en", "de"),
        default_locale="en",
        locale_fallbacks={},
        tones={"warm": "warmly", "brief": "briefly"},
        entries={"greeting": entry},
    )


@pytest.fixture
def prompts(tmp_path: Path) -> PromptTemplates:
    """A prompt for a first draft and one for its revision."""
    (tmp_path / "draft.j2").write_text("{{ goal }} {{ sound }} in {{ locale }} for {{ case }}")
    (tmp_path / "revise.j2").write_text("better than: {{ text }}\n{{ complaint }}")
    (tmp_path / "answer.j2").write_text("answer: {{ question }}")
    return PromptTemplates.load(tmp_path)


@pytest.fixture
def drafter(catalogue: Catalogue, prompts: PromptTemplates) -> Callable[..., Drafter]:
    """Makes a drafter around a generator."""

    def make(generator: Generator, **given: Any) -> Drafter:
        return Drafter(
            catalogue=catalogue,
            prompts=prompts,
            generator=generator,
            check=no_brackets,
            **given,
        )

    return make


@pytest.fixture
def drafted() -> Callable[..., FinishedDraft]:
    """Makes a draft of a key."""

    def make(key: str | Key, text: str = "Hello {{ name }}") -> FinishedDraft:
        parsed = parse_key(key) if isinstance(key, str) else key
        return FinishedDraft(key=parsed, text=text, model="tiny", tokens=9, seconds=0.5, tries=1)

    return make
