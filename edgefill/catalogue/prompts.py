"""Renders the prompts of `templates/prompts/`, which name slots but never contain their values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.cases import ANY
from edgefill.core.errors import CatalogueRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.slots import Slot

FORMATS = {"html": "html fragment of p, h2, strong, em, ul, li, a", "text": "plain text"}


@dataclass(frozen=True, slots=True)
class PromptTemplates:
    """The parsed prompt files of one folder."""

    _draft: jinja2.Template
    _answer: jinja2.Template
    _revise: jinja2.Template

    @classmethod
    def load(cls, folder: Path) -> PromptTemplates:
        """Parse `draft.j2`, `answer.j2` and `revise.j2`; CatalogueRefused names file and line."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - models read prompts, browsers do not
        )
        try:
            names = ("draft.j2", "answer.j2", "revise.j2")
            return cls(*[environment.get_template(name) for name in names])
        except jinja2.TemplateSyntaxError as error:
            raise CatalogueRefused(f"prompts/{error.name}:{error.lineno}: {error}") from error
        except jinja2.TemplateNotFound as error:
            raise CatalogueRefused(f"prompts/{error.name}: is missing") from error

    def render_draft(self, catalogue: Catalogue, key: Key, tone: str, *, question: str = "") -> str:
        """The prompt for a first template; with a `question`, for its answer. UnknownExperience."""
        template = self._answer if question else self._draft
        return self._render(template, _collect_facts(catalogue, key, tone, question))

    def render_revision(
        self,
        catalogue: Catalogue,
        key: Key,
        tone: str,
        text: str,
        complaint: str,
        *,
        question: str = "",
    ) -> str:
        """The prompt for a better template after `text` was refused with `complaint`."""
        facts = _collect_facts(catalogue, key, tone, question)
        return self._render(self._revise, facts | {"text": text, "complaint": complaint})

    @staticmethod
    def _render(template: jinja2.Template, facts: dict[str, Any]) -> str:
        try:
            return template.render(facts).strip()
        except jinja2.UndefinedError as error:
            raise CatalogueRefused(f"prompts/{template.name}: {error}") from error


def _collect_facts(catalogue: Catalogue, key: Key, tone: str, question: str) -> dict[str, Any]:
    entry = catalogue.entry(key.experience)
    experience = entry.experience
    return {
        "shop": catalogue.shop,
        "question": question,
        "goal": entry.goal,
        "locale": key.locale,
        "case": describe_case(experience, key.case),
        "tone": tone,
        "sound": catalogue.tones[tone],
        "form": _describe_format(experience),
        "max_chars": experience.max_chars,
        "slots": [_describe_slot(slot) for slot in experience.slots],
    }


def _describe_format(experience: Experience) -> str:
    if experience.format == "json":
        return f"json object of strings {{{', '.join(experience.fields)}}}"
    return FORMATS[experience.format]


def describe_case(experience: Experience, case: str) -> str:
    """`gold.new` as `tier gold, lifecycle new`; dimensions with the value `any` are left out."""
    values = experience.cases.split_case(case)
    return ", ".join(f"{name} {v}" for name, v in values.items() if v != ANY) or "everyone"


def _describe_slot(slot: Slot) -> dict[str, str]:
    return {
        "name": slot.name,
        "kind": _describe_type(slot),
        "need": "required" if slot.required else "optional",
        "description": slot.description,
    }


def _describe_type(slot: Slot) -> str:
    if slot.type != "list":
        return slot.type
    fields = ", ".join(f"{f.name} {f.type}" if f.name else f.type for f in slot.item)
    return f"list of ({fields})"
