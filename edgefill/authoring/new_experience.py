"""Writes the files of a new experience: its declaration and a fallback in every locale."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edgefill.authoring.conversion.convert import Conversion, Loss, convert_template
from edgefill.catalogue.fallback_files import FALLBACK_SUFFIXES, FALLBACKS_FOLDER
from edgefill.catalogue.loader import read_catalogue
from edgefill.catalogue.schema import ShopFile
from edgefill.catalogue.validation import validate_file
from edgefill.catalogue.yaml_file import read_yaml_file
from edgefill.compiler.fallbacks import find_fallback_refusals
from edgefill.core.errors import CatalogueRefused, InputRefused

_MAX_SOURCE_BYTES = 1_000_000
_SCHEMA = "../../../.schemas/experience.schema.json"
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# what a slot of a type must have
_EXTRA: Mapping[str, Mapping[str, object]] = {
    "enum": {"choices": ["one", "two"]},
    "money": {"currencies": ["EUR"]},
    "list": {"max_items": 20, "item": {"type": "text"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExperience:
    """What a person says about a new experience.

    `text` is what visitors read until a model has written for them. `slots` are types by name.
    """

    id: str
    goal: str
    format: str = "html"
    text: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenExperience:
    """The files that were written, what a source lost, and what is still wrong with the text."""

    files: tuple[Path, ...]
    losses: tuple[Loss, ...] = ()
    problems: tuple[str, ...] = ()


def write_experience(templates: Path, new: NewExperience) -> WrittenExperience:
    """Write a new experience; InputRefused, CatalogueRefused, without anything written."""
    slots: dict[str, Mapping[str, object]] = {
        name: {"type": type_, **_EXTRA.get(type_, {})} for name, type_ in new.slots.items()
    }
    return _Writer(templates / "catalogue", new).write(slots, new.text.strip() + "\n")


def convert_experience(templates: Path, new: NewExperience, source: Path) -> WrittenExperience:
    """Write a new experience whose text is the template in `source`; InputRefused."""
    converted = read_source_template(source, is_html=new.format == "html")
    written = _Writer(templates / "catalogue", new, is_converted=True).write(
        converted.slots, converted.text
    )
    return WrittenExperience(
        files=written.files, losses=converted.losses, problems=written.problems
    )


def read_source_template(source: Path, *, is_html: bool) -> Conversion:
    """The converted template in a file; InputRefused if it cannot be read."""
    try:
        if source.stat().st_size > _MAX_SOURCE_BYTES:
            raise InputRefused(f"{source}: is larger than {_MAX_SOURCE_BYTES} bytes; shorten it")
        return convert_template(source.read_text(encoding="utf-8-sig"), is_html=is_html)
    except OSError as error:
        raise InputRefused(f"{source}: {error.strerror}; name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputRefused(f"{source}: is not UTF-8 at byte {error.start}; convert it") from error


@dataclass(frozen=True, slots=True)
class _Writer:
    catalogue: Path
    new: NewExperience
    is_converted: bool = False

    def write(self, slots: Mapping[str, Mapping[str, object]], text: str) -> WrittenExperience:
        """Check the files in a copy of the catalogue, then move them to their places."""
        if not _SLUG.fullmatch(self.new.id):
            raise InputRefused(
                f"{self.new.id!r} is not a name; write words like 'order-delayed', in lower case"
            )
        files = self._render(slots, text)
        for name in files:
            if (self.catalogue / name).exists():
                raise InputRefused(f"{self.catalogue / name}: exists; nothing is overwritten")
        with tempfile.TemporaryDirectory(prefix="edgefill-") as scratch:
            copy = Path(scratch) / "catalogue"
            shutil.copytree(self.catalogue, copy)
            _write_files(copy, files)
            problems = self._find_problems(copy)
        if problems and not self.is_converted:
            raise CatalogueRefused("\n".join(problems))
        _write_files(self.catalogue, files)
        return WrittenExperience(
            files=tuple(self.catalogue / name for name in files), problems=tuple(problems)
        )

    def _render(self, slots: Mapping[str, Mapping[str, object]], text: str) -> dict[str, str]:
        """The files' texts by their names below the catalogue."""
        yaml_file = read_yaml_file(self.catalogue / "shop.yaml", file="shop.yaml")
        shop = validate_file(yaml_file, ShopFile)
        suffix = FALLBACK_SUFFIXES[self.new.format]
        fallbacks = {
            f"{FALLBACKS_FOLDER}/{self.new.id}/{locale}{suffix}": text for locale in shop.locales
        }
        declared = _render_yaml(self.new, slots, max_chars=max(1200, len(text) * 2))
        return {f"experiences/{self.new.id}.yaml": declared, **fallbacks}

    def _find_problems(self, catalogue: Path) -> list[str]:
        """What is wrong with the new experience; CatalogueRefused for its declaration."""
        reading = read_catalogue(catalogue)
        entry = reading.entries.get(self.new.id)
        own = [each for each in reading.problems if f"/{self.new.id}" in each.partition(": ")[0]]
        if entry is None:
            raise CatalogueRefused("\n".join(own or reading.problems))
        return own + [
            str(refusal)
            for locale in entry.fallbacks
            for refusal in find_fallback_refusals(entry, locale)
        ]


def _render_yaml(
    new: NewExperience, slots: Mapping[str, Mapping[str, object]], *, max_chars: int
) -> str:
    lines = [
        f"# yaml-language-server: $schema={_SCHEMA}",
        "# What a text for this experience must achieve; a model reads this sentence.",
        f"goal: {json.dumps(new.goal, ensure_ascii=False)}",
        f"format: {new.format}",
        f"max_chars: {min(max_chars, 20_000)}",
        "# Texts for some visitors only: name dimensions of shop.yaml and the written cases.",
        "# cases: {dimensions: [tier], broaden: [tier], written: [gold, any]}",
        "# The blanks. A model sees their names and descriptions, never a visitor's values.",
        "slots:",
    ]
    declared = slots or {"name": {"type": "name", "description": "first name"}}
    # JSON is YAML: every value is quoted where it must be
    lines += [
        f"  {name}: {json.dumps(section, ensure_ascii=False)}" for name, section in declared.items()
    ]
    return "\n".join(lines) + "\n"


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write `files`, or remove those that were written when one cannot be."""
    written: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink()
        raise InputRefused(f"{folder}: {error.strerror}; nothing is written") from error
