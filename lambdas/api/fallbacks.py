"""Fallbacks: the hand-written text that every experience has in every locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.template.program import Program, link_program

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue


class FallbackPrograms:
    """Compiled at the start (80 ms for 32): one that is not sound is found before any visitor.

    TemplateRefused names its file.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        compiled = compile_fallbacks(catalogue)
        self._programs = {at: link_program(each.program) for at, each in compiled.items()}

    def get(self, experience: str, locale: str) -> Program:
        """The program of an experience's fallback."""
        return self._programs[experience, locale]
