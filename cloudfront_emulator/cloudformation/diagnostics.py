"""Findings: what of a template is wrong, and what of it is not served here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cloudfront_emulator.errors import CloudFormationRefused

LENIENT = "serve without it by --lenient"


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A property of a resource, as `LogicalId: Path.To[0].Property`."""

    logical_id: str
    path: str = ""

    def __truediv__(self, name: str) -> PropertyPath:
        return PropertyPath(self.logical_id, f"{self.path}.{name}" if self.path else name)

    def index(self, index: int) -> PropertyPath:
        """One of a list."""
        return PropertyPath(self.logical_id, f"{self.path}[{index}]")

    def __str__(self) -> str:
        return f"{self.logical_id}: {self.path}" if self.path else self.logical_id


@dataclass(slots=True)
class Diagnostics:
    """Everything found while a template is read, so that one run names all of it.

    Faults are wrong input and always stop; what is unsupported changes what a viewer gets and
    stops unless `lenient`; notes are said and stop nothing.
    """

    faults: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_fault(self, place: PropertyPath, what: str, remedy: str) -> None:
        """Wrong input."""
        self.faults.append(f"{place}: {what}; {remedy}")

    def add_unsupported(
        self, place: PropertyPath, what: str = "unsupported property", remedy: str = ""
    ) -> None:
        """A property that AWS would heed and this CDN does not."""
        text = f"{place}: {what}; {remedy + ', or ' if remedy else ''}{LENIENT}"
        self.unsupported.append(text)

    def add_note(self, place: PropertyPath, what: str) -> None:
        """Something that changes nothing here but may surprise."""
        self.notes.append(f"{place}: {what}")

    def raise_or_warn(self, file: Path, *, lenient: bool, warn: Callable[[str], None]) -> None:
        """Raise TemplateRefused for all that stops, else tell `warn` the rest."""
        stopping = dict.fromkeys([*self.faults, *([] if lenient else self.unsupported)])
        if stopping:
            raise CloudFormationRefused("\n  ".join([f"{file} cannot be served:", *stopping]))
        for line in dict.fromkeys([*self.unsupported, *self.notes]):
            warn(line.removesuffix(f"; {LENIENT}"))


def make_refusal(file: Path, what: str, remedy: str) -> CloudFormationRefused:
    """A refusal of the whole file."""
    return CloudFormationRefused(f"{file}: {what}; {remedy}")
