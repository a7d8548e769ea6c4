"""Fallbacks: the hand-written text that every experience has in every locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.compiler import compile_template
from lambdas.core.program import Program, link

if TYPE_CHECKING:
    from lambdas.catalogue.catalogue import Catalogue


class Fallbacks:
    """Compiles a fallback when it is first needed; the catalogue's tests compile them all."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._programs: dict[tuple[str, str], Program] = {}

    def program(self, experience: str, locale: str) -> Program:
        """The program of an experience's fallback; UnknownExperience."""
        at = (experience, locale)
        if at not in self._programs:
            entry = self._catalogue.entry(experience)
            compiled = compile_template(
                entry.fallback[locale],
                experience=entry.experience,
                locale=locale,
                name=f"fallbacks/{experience}/{locale}",
            )
            self._programs[at] = link(compiled.program)
        return self._programs[at]
