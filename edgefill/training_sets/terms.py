"""SourceTerms: licence and privacy by source and writer, from `templates/training.yaml`.

licences: [Apache-2.0]               # what the set may contain
sources:
  gold: {licence: Apache-2.0, privacy: slots, weight: 3.0}
writers:
  tiny_model-onnx: Apache-2.0        # the licence of the texts that this model writes
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from edgefill.catalogue.schema import StrictSection
from edgefill.catalogue.validation import refuse_problems, validate_file
from edgefill.catalogue.yaml_file import FieldPath, read_yaml_file
from edgefill.core.errors import CatalogueRefused
from edgefill.judging.verdict import PERSON
from edgefill.training_sets.example import MAX_WEIGHT, Privacy, SourceName

FILE = "training.yaml"


class SourceSection(StrictSection):
    """The licence of what people wrote in a source, what its texts hold, and their weight."""

    licence: str = Field(min_length=1)
    privacy: Privacy
    weight: float = Field(default=1.0, gt=0, le=MAX_WEIGHT)


class TermsSection(StrictSection):
    """The whole file."""

    licences: list[str] = Field(min_length=1)
    sources: dict[SourceName, SourceSection]
    writers: dict[str, str] = Field(default_factory=dict)


class SourceTerms:
    """The terms of a shop's sources and writers."""

    def __init__(self, section: TermsSection, *, file: str = FILE) -> None:
        self._section = section
        self._file = file

    @property
    def licences(self) -> frozenset[str]:
        """The licences that a set may contain."""
        return frozenset(self._section.licences)

    @property
    def sources(self) -> Mapping[SourceName, SourceSection]:
        """The declared sources."""
        return self._section.sources

    def require_source(self, name: SourceName) -> SourceSection:
        """The terms of a source; CatalogueRefused if they are not declared."""
        if name not in self._section.sources:
            raise CatalogueRefused(
                f"{self._file}: sources: {name!r} is missing; declare its licence and privacy, or "
                "leave its texts out"
            )
        return self._section.sources[name]

    def find_licence(self, source: SourceName, writer: str) -> str:
        """The licence of what `writer` wrote; CatalogueRefused if nobody declared it."""
        if writer == PERSON:
            return self.require_source(source).licence
        if writer not in self._section.writers:
            raise CatalogueRefused(
                f"{self._file}: writers: {writer[:80]!r} is missing; declare the licence of the "
                "texts that it writes, or leave them out"
            )
        return self._section.writers[writer]


def load_terms(templates: Path) -> SourceTerms:
    """The terms in `templates/training.yaml`; CatalogueRefused names line and field."""
    yaml_file = read_yaml_file(templates / FILE, file=FILE)
    section = validate_file(yaml_file, TermsSection)
    refuse_problems(yaml_file, _find_problems(section))
    return SourceTerms(section)


def _find_problems(section: TermsSection) -> list[tuple[FieldPath, str]]:
    """Only people may put texts with values into a set: they know that these are made up."""
    return [
        (("sources", name, "privacy"), "is invented; only gold may have invented values")
        for name, source in section.sources.items()
        if source.privacy == "invented" and name != "gold"
    ]
