"""What models are asked: the prompts of `templates/prompts/`, which name slots but no values."""

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

FORMS = {"html": "html fragment of p, h2, strong, em, ul, li, a", "text": "plain text"}


@dataclass(frozen=True, slots=True)
class PromptTemplates:
    """The prompt files of one folder, ready to be filled."""

    _draft: jinja2.Template
    _answer: jinja2.Template
    _revise: jinja2.Template

    @classmethod
    def load(cls, folder: Path) -> PromptTemplates:
        """`draft.j2`, `answer.j2` and `revise.j2` in `folder`; CatalogueRefused names the line."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - prompts are read by models, not by browsers
        )
        try:
            names = ("draft.j2", "answer.j2", "revise.j2")
            return cls(*[environment.get_template(name) for name in names])
        except jinja2.TemplateSyntaxError as error:
            raise CatalogueRefused(f"prompts/{error.name}:{error.lineno}: {error}") from error
        except jinja2.TemplateNotFound as error:
            raise CatalogueRefused(f"prompts/{error.name}: is missing") from error

    def render_draft(self, catalogue: Catalogue, key: Key, tone: str, *, question: str = "") -> str:
        """The prompt for a first template, of the answer to a `question`; UnknownExperience."""
        template = self._answer if question else self._draft
        return self._fill(template, _facts(catalogue, key, tone, question))

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
        """The prompt for a better one after `text` was refused with `complaint`."""
        facts = _facts(catalogue, key, tone, question) | {"text": text, "complaint": complaint}
        return self._fill(self._revise, facts)

    @staticmethod
    def _fill(template: jinja2.Template, facts: dict[str, Any]) -> str:
        try:
            return template.render(facts).strip()
        except jinja2.UndefinedError as error:
            raise CatalogueRefused(f"prompts/{template.name}: {error}") from error


def _facts(catalogue: Catalogue, key: Key, tone: str, question: str) -> dict[str, Any]:
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
        "form": _form(experience),
        "max_chars": experience.max_chars,
        "slots": [_slot_words(slot) for slot in experience.slots],
    }


def _form(experience: Experience) -> str:
    if experience.format == "json":
        return f"json object of strings {{{', '.join(experience.fields)}}}"
    return FORMS[experience.format]


def describe_case(experience: Experience, case: str) -> str:
    """`gold.new` as `tier gold, lifecycle new`; what stands for every value is left out."""
    named = experience.cases.split_case(case)
    return ", ".join(f"{n} {v}" for n, v in named.items() if v != ANY) or "everyone"


def _slot_words(slot: Slot) -> dict[str, str]:
    return {
        "name": slot.name,
        "kind": _kind(slot),
        "need": "required" if slot.required else "optional",
        "description": slot.description,
    }


def _kind(slot: Slot) -> str:
    if slot.type != "list":
        return slot.type
    fields = ", ".join(f"{f.name} {f.type}" if f.name else f.type for f in slot.item)
    return f"list of ({fields})"
