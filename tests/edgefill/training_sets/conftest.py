"""Examples as code, and a maker that knows the demo shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.core.keys import parse_key
from edgefill.training_sets.example import Example, ExampleVerdict
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.terms import load_terms

TEMPLATES = Path(__file__).parents[3] / "templates"
EXAMPLE = Example(
    key=parse_key("welcome/en/new"),
    combination="welcome/new",
    skill="writing",
    prompt="Write a welcome.",
    answer="Hello {{ name }}, good to have you here with us today.",
    source="journal",
    writer="tiny",
    verdict=ExampleVerdict(outcome="pass", judge="small", version="1", probability=0.9),
    licence="Apache-2.0",
    privacy="slots",
)


@pytest.fixture(scope="session")
def make_example() -> Callable[..., Example]:
    """Makes an example that differs from EXAMPLE in the given fields."""

    def make(key: str = "welcome/en/new", **fields: Any) -> Example:
        parsed = parse_key(key)
        combination = fields.pop("combination", f"{parsed.experience}/{parsed.case}")
        return replace(EXAMPLE, key=parsed, combination=combination, **fields)

    return make


@pytest.fixture(scope="session")
def maker() -> ExampleMaker:
    """The demo shop's catalogue, prompts and terms."""
    return ExampleMaker(
        catalogue=load_catalogue(TEMPLATES / "catalogue"),
        prompts=PromptTemplates.load(TEMPLATES / "prompts"),
        terms=load_terms(TEMPLATES),
    )
