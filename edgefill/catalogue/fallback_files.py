"""Reads the hand-written fallbacks of a catalogue: fallbacks/<id>/<locale>.(html|json|txt)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from edgefill.catalogue.nearest_name import describe_choices
from edgefill.catalogue.schema import ExperienceFile
from edgefill.catalogue.validation import ProblemCollector
from edgefill.core.errors import CatalogueRefused

FALLBACK_SUFFIXES = {"html": ".html", "json": ".json", "text": ".txt"}
FALLBACKS_FOLDER = "fallbacks"
# far above what any experience may say (max_chars)
_MAX_BYTES = 1_000_000


def read_fallbacks(
    folder: Path, file: ExperienceFile, locales: Sequence[str], problems: ProblemCollector
) -> dict[str, str]:
    """The fallback of an experience in each of `locales` that has one; the rest is a problem."""
    read = {
        locale: problems.attempt(partial(_read_fallback, folder, file, locale))
        for locale in locales
    }
    return {locale: text for locale, text in read.items() if text is not None}


def find_stray_fallbacks(folder: Path, experiences: Collection[str]) -> Iterator[str]:
    """The problem of each folder of fallbacks that belongs to none of `experiences`."""
    for path in sorted((folder / FALLBACKS_FOLDER).glob("*")):
        if path.is_dir() and path.name not in experiences:
            choices = describe_choices(path.name, sorted(experiences))
            yield f"{FALLBACKS_FOLDER}/{path.name}: belongs to no experience; {choices}"


def _read_fallback(folder: Path, file: ExperienceFile, locale: str) -> str:
    name = f"{FALLBACKS_FOLDER}/{file.id}/{locale}{FALLBACK_SUFFIXES[file.format]}"
    try:
        if (size := (folder / name).stat().st_size) > _MAX_BYTES:
            raise CatalogueRefused(f"{name}: has {size} bytes; shorten it to {file.max_chars}")
        text = (folder / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        remedy = _explain_missing(folder, file, locale)
        raise CatalogueRefused(f"{name}: is missing; {remedy}") from error
    except OSError as error:
        raise CatalogueRefused(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    if not text:
        raise CatalogueRefused(f"{name}:1: is empty; write the fallback text")
    return text


def _explain_missing(folder: Path, file: ExperienceFile, locale: str) -> str:
    """A remedy that names the fallback of another format, if there is one."""
    for format_, suffix in FALLBACK_SUFFIXES.items():
        other = folder / FALLBACKS_FOLDER / file.id / f"{locale}{suffix}"
        if other.is_file():
            return (
                f"{other.name} is there, but the experience's format is {file.format}: rename it, "
                f"or write `format: {format_}` in experiences/{file.id}.yaml"
            )
    return "write the fallback text"
