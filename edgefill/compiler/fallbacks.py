"""Compiles the hand-written fallbacks; the same language and lint apply as to a model's texts.

Any visitor may get a fallback, so it must not address one case in particular.
"""

from __future__ import annotations

from collections.abc import Mapping

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.fallback_files import FALLBACK_SUFFIXES
from edgefill.compiler.compile import CompiledTemplate, compile_template, find_refusals
from edgefill.core.errors import TemplateRefused


def compile_fallbacks(catalogue: Catalogue) -> Mapping[tuple[str, str], CompiledTemplate]:
    """Every fallback by experience and locale; TemplateRefused names the file."""
    return {
        (id_, locale): compile_template(
            text,
            experience=entry.experience,
            locale=locale,
            name=_name_file(entry, locale),
            other_case_phrases=entry.phrases_for_other_cases(locale),
        )
        for id_, entry in catalogue.entries.items()
        for locale, text in entry.fallbacks.items()
    }


def find_fallback_refusals(entry: CatalogueEntry, locale: str) -> list[TemplateRefused]:
    """Everything that is wrong with an experience's fallback in `locale`."""
    return find_refusals(
        entry.fallbacks[locale],
        experience=entry.experience,
        locale=locale,
        name=_name_file(entry, locale),
        other_case_phrases=entry.phrases_for_other_cases(locale),
    )


def _name_file(entry: CatalogueEntry, locale: str) -> str:
    suffix = FALLBACK_SUFFIXES[entry.experience.format]
    return f"fallbacks/{entry.experience.id}/{locale}{suffix}"
