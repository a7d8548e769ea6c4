"""Fixtures for drafting: a small catalogue, its prompts, and a check with one rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import CompiledTemplate
from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.drafting.batch_drafter import BatchDrafter, make_batch_drafter
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import Generator
from edgefill.judging import Judge, ScriptedJudge


def no_brackets(text: str, *, name: str, **_: object) -> CompiledTemplate | list[TemplateRefused]:
    """Refuse every square bracket; it replaces compiler and lint."""
    refusals = [
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
    return refusals or CompiledTemplate(program={}, text=text, max_bytes=len(text))


def make_roles(generator: Generator, judge: Judge | None = None) -> DraftingRoles:
    """A writer that revises and answers questions, and a judge that passes every text."""
    return DraftingRoles(
        writer=generator,
        reviser=generator,
        judge=judge or ScriptedJudge(),
        answers_questions=True,
    )


def make_catalogue() -> Catalogue:
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
def catalogue() -> Catalogue:
    """See make_catalogue."""
    return make_catalogue()


def make_prompts(folder: Path) -> PromptTemplates:
    """A prompt for a first draft, one for an answer and one for a revision."""
    (folder / "draft.j2").write_text("{{ goal }} {{ sound }} in {{ locale }} for {{ case }}")
    (folder / "revise.j2").write_text("better than: {{ text }}\n{{ complaint }}")
    (folder / "answer.j2").write_text("answer: {{ question }}")
    return PromptTemplates.load(folder)


@pytest.fixture
def prompts(tmp_path: Path) -> PromptTemplates:
    """See make_prompts."""
    return make_prompts(tmp_path)


@pytest.fixture
def drafter(catalogue: Catalogue, prompts: PromptTemplates) -> Callable[..., BatchDrafter]:
    """Makes a drafter around a generator, which also revises."""

    def make(generator: Generator, judge: Judge | None = None, **options: Any) -> BatchDrafter:
        return make_batch_drafter(
            catalogue=catalogue,
            prompts=prompts,
            roles=make_roles(generator, judge),
            check=no_brackets,
            **options,
        )

    return make
