"""Template files named on a command line: their text, experience and locale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience

TEMPLATES = Path("templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template and what it is for."""

    name: str
    text: str
    experience: Experience
    locale: str
    catalogue: Catalogue


def read_template(
    file: Path, *, templates: Path, experience: str | None, locale: str | None
) -> TemplateFile:
    """The template in `file`; InputRefused.

    Where experience or locale are not given, the file's place says them: `<experience>/<locale>.*`.
    """
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"{file}: {error}") from error
    shop = load_catalogue(templates / "catalogue")
    if locale and locale not in shop.locales:
        raise InputRefused(f"--locale {locale}: the catalogue has {', '.join(shop.locales)}")
    return TemplateFile(
        name=str(file),
        text=text,
        experience=shop.entry(experience or _parent(file, shop)).experience,
        locale=locale or _stem(file, shop),
        catalogue=shop,
    )


def _parent(file: Path, shop: Catalogue) -> str:
    name = file.resolve().parent.name
    if name not in shop.entries:
        raise InputRefused(f"{file}: which experience is it for? add --experience")
    return name


def _stem(file: Path, shop: Catalogue) -> str:
    return file.stem if file.stem in shop.locales else shop.default_locale
