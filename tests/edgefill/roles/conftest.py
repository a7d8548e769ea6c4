"""A folder of templates with prompts, a rubric and a trained judge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.roles import Roles, load_roles
from tests.edgefill.judging.conftest import model_data

__all__ = ["model_data"]

PROMPTS = ("draft", "answer", "revise", "judge", "critic", "compare", "transform")
RUBRIC = "threshold: 0.5\ncriteria: [{id: whole, wording: It is whole.}]\nfail: [whole]\n"
SMALL = """\
drafter: {engine: service}
judge:
  engine: small
  model: judging/judge.json
"""
LoadText = Callable[..., Roles]


@pytest.fixture
def templates(tmp_path: Path, model_data: dict[str, Any]) -> Path:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "judging").mkdir()
    for name in PROMPTS:
        (tmp_path / "prompts" / f"{name}.j2").write_text(f"{name}: {{{{ goal }}}}")
    (tmp_path / "judging" / "rubric.yaml").write_text(RUBRIC)
    (tmp_path / "judging" / "judge.json").write_text(json.dumps(model_data))
    return tmp_path


@pytest.fixture
def load_text(templates: Path) -> LoadText:
    """Loads the roles in a text."""

    def load(text: str, **environment: str) -> Roles:
        (templates / "roles.yaml").write_text(text, encoding="utf-8")
        return load_roles(templates, environment=environment)

    return load


@pytest.fixture
def catalogue() -> Catalogue:
    experience = Experience(
        id="greeting", version="1", format="text", slots=(), cases=CaseSpec(), max_chars=300
    )
    entry = CatalogueEntry(
        experience=experience,
        title="Greeting",
        goal="greet",
        fallbacks={"en": "Hello"},
        tones=("warm",),
    )
    return Catalogue(
        version="c1",
        shop="Demo",
        locales=("en",),
        default_locale="en",
        locale_fallbacks={},
        tones={"warm": "kind"},
        entries={"greeting": entry},
    )
