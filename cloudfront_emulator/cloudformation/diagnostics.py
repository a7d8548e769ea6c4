"""Findings: what of a template is wrong, and what of it is not served here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cloudfront_emulator.errors import EmulatorError

LENIENT = "serve without it by --lenient"


class TemplateRefused(EmulatorError):
    """A template cannot be served; one finding a line, each with logical id, property, remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """A property of a resource, as `LogicalId: Path.To[0].Property`."""

    logical_id: str
    path: str = ""

    def __truediv__(self, name: str) -> Place:
        return Place(self.logical_id, f"{self.path}.{name}" if self.path else name)

    def at(self, index: int) -> Place:
        """One of a list."""
        return Place(self.logical_id, f"{self.path}[{index}]")

    def __str__(self) -> str:
        return f"{self.logical_id}: {self.path}" if self.path else self.logical_id


@dataclass(slots=True)
class Findings:
    """Everything found while a template is read, so that one run names all of it.

    Faults are wrong input and always stop; what is unsupported changes what a viewer gets and
    stops unless `lenient`; notes are said and stop nothing.
    """

    faults: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, place: Place, what: str, remedy: str) -> None:
        """Wrong input."""
        self.faults.append(f"{place}: {what}; {remedy}")

    def miss(self, place: Place, what: str = "unsupported property", remedy: str = "") -> None:
        """A property that AWS would heed and this CDN does not."""
        text = f"{place}: {what}; {remedy + ', or ' if remedy else ''}{LENIENT}"
        self.unsupported.append(text)

    def note(self, place: Place, what: str) -> None:
        """Something that changes nothing here but may surprise."""
        self.notes.append(f"{place}: {what}")

    def settle(self, file: Path, *, lenient: bool, warn: Callable[[str], None]) -> None:
        """Raise TemplateRefused for all that stops, else tell `warn` the rest."""
        stopping = dict.fromkeys([*self.faults, *([] if lenient else self.unsupported)])
        if stopping:
            raise TemplateRefused("\n  ".join([f"{file} cannot be served:", *stopping]))
        for line in dict.fromkeys([*self.unsupported, *self.notes]):
            warn(line.removesuffix(f"; {LENIENT}"))


def refusal(file: Path, what: str, remedy: str) -> TemplateRefused:
    """A refusal of the whole file."""
    return TemplateRefused(f"{file}: {what}; {remedy}")
