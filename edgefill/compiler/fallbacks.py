"""Fallbacks: the hand-written texts, held to the same language and lint as what a model writes.

Everybody may get one, so it may speak to no case of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import FALLBACK_SUFFIXES
from edgefill.compiler.compile import CompiledTemplate, compile_template, find_refusals
from edgefill.core.errors import TemplateRefused


def compile_fallbacks(catalogue: Catalogue) -> Mapping[tuple[str, str], CompiledTemplate]:
    """Every fallback by experience and locale; TemplateRefused names the file."""
    return {
        (id_, locale): compile_template(
            text,
            experience=entry.experience,
            locale=locale,
            name=_file(catalogue, id_, locale),
            other_case_phrases=catalogue.phrases_for_other_cases(id_, locale),
        )
        for id_, entry in catalogue.entries.items()
        for locale, text in entry.fallbacks.items()
    }


def find_fallback_refusals(
    catalogue: Catalogue, experience: str, locale: str
) -> list[TemplateRefused]:
    """Everything that is wrong with one of them."""
    entry = catalogue.entry(experience)
    return find_refusals(
        entry.fallbacks[locale],
        experience=entry.experience,
        locale=locale,
        name=_file(catalogue, experience, locale),
        other_case_phrases=catalogue.phrases_for_other_cases(experience, locale),
    )


def _file(catalogue: Catalogue, experience: str, locale: str) -> str:
    suffix = FALLBACK_SUFFIXES[catalogue.entry(experience).experience.format]
    return f"fallbacks/{experience}/{locale}{suffix}"
