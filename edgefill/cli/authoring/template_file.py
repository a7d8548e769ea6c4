"""The template file that `lint`, `fill` and `preview` share, and the options that describe it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience

TemplateArgument = Annotated[Path, typer.Argument(help="A template file.")]
ExperienceOption = Annotated[
    str | None, typer.Option(help="The template's experience; default: the name of its folder.")
]
LocaleOption = Annotated[
    str | None,
    typer.Option(help="The template's locale; default: the file's name, else the shop's default."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template's text with the experience and locale that it is written for."""

    name: str
    text: str
    entry: CatalogueEntry
    locale: str

    @property
    def experience(self) -> Experience:
        """The experience of the entry."""
        return self.entry.experience


def read_template(
    file: Path, *, templates: Path, experience: str | None, locale: str | None
) -> TemplateFile:
    """The template in `file`; InputRefused, UnknownExperience.

    Without `experience` or `locale` the path tells them: `<experience>/<locale>.*`.
    """
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"{file}: {error}") from error
    catalogue = load_catalogue(templates / "catalogue")
    if locale and locale not in catalogue.locales:
        raise InputRefused(f"--locale {locale}: the catalogue has {', '.join(catalogue.locales)}")
    return TemplateFile(
        name=str(file),
        text=text,
        entry=catalogue.entry(experience or _infer_experience(file, catalogue)),
        locale=locale or _infer_locale(file, catalogue),
    )


def _infer_experience(file: Path, catalogue: Catalogue) -> str:
    name = file.resolve().parent.name
    if name not in catalogue.entries:
        raise InputRefused(
            f"{file}: its folder {name!r} is not named after an experience; add --experience"
        )
    return name


def _infer_locale(file: Path, catalogue: Catalogue) -> str:
    return file.stem if file.stem in catalogue.locales else catalogue.default_locale
