"""Renders the prompts of `templates/prompts/`, which name slots but never contain their values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.content import PACKAGE_CONTENT
from edgefill.core.cases import ANY
from edgefill.core.errors import CatalogueRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.slots import Slot

_PACKAGE_PROMPTS = PACKAGE_CONTENT / "prompts"
FORMATS = {"html": "html fragment of p, h2, strong, em, ul, li, a", "text": "plain text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTemplates:
    """The parsed prompt files of one folder; `version` changes with any of them.

    `draft`, `answer` and `revise` name the files of those prompts.
    """

    version: str
    draft: str
    answer: str
    revise: str
    _templates: Mapping[str, jinja2.Template]

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        draft: str = "draft.j2",
        answer: str = "answer.j2",
        revise: str = "revise.j2",
    ) -> PromptTemplates:
        """Parse every prompt in `folder` and of the package; CatalogueRefused names file and line.

        A prompt in `folder` replaces the package's of its name. The three named files must be
        there; others are needed when a role names them.
        """
        folders = (folder, _PACKAGE_PROMPTS)
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folders),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - models read prompts, browsers do not
        )
        found = {path.name for each in folders for path in each.glob("*.j2")}
        names = sorted(found | {draft, answer, revise})
        try:
            templates = {name: environment.get_template(name) for name in names}
        except jinja2.TemplateSyntaxError as error:
            raise CatalogueRefused(f"prompts/{error.name}:{error.lineno}: {error}") from error
        except jinja2.TemplateNotFound as error:
            raise CatalogueRefused(f"prompts/{error.name}: is missing") from error
        return cls(
            version=_digest_files(folders, names),
            draft=draft,
            answer=answer,
            revise=revise,
            _templates=templates,
        )

    def render_draft(self, catalogue: Catalogue, key: Key, tone: str, *, question: str = "") -> str:
        """The prompt for a first template; with a `question`, for its answer. UnknownExperience."""
        name = self.answer if question else self.draft
        return self._render(name, _collect_facts(catalogue, key, tone, question))

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
        return self._render(self.revise, facts | {"text": text, "complaint": complaint})

    def render_about(
        self, name: str, catalogue: Catalogue, key: Key, details: Mapping[str, Any]
    ) -> str:
        """The prompt `name` about a text that exists; `details` joins the facts about `key`.

        UnknownExperience, CatalogueRefused if there is no such prompt.
        """
        tone = catalogue.entry(key.experience).tone_of(key.case)
        return self._render(name, _collect_facts(catalogue, key, tone, "") | dict(details))

    def _render(self, name: str, facts: dict[str, Any]) -> str:
        if name not in self._templates:
            raise CatalogueRefused(f"prompts/{name}: is missing")
        try:
            return self._templates[name].render(facts).strip()
        except jinja2.UndefinedError as error:
            raise CatalogueRefused(f"prompts/{name}: {error}") from error


def quote_text(text: str) -> str:
    """`text` as a JSON string on one line, for a prompt's block of data.

    No text can end the block: the line breaks that its marks need are escaped.
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in quoted)


def _digest_files(folders: Sequence[Path], names: Sequence[str]) -> str:
    """12 hexadecimal digits of the files' names and contents."""
    digest = hashlib.sha256()
    for name in names:
        path = next(each / name for each in folders if (each / name).is_file())
        digest.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


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
