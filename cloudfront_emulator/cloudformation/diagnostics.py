"""Diagnostics of a template: errors, unsupported properties and notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cloudfront_emulator.errors import CloudFormationRefused

LENIENT = "serve without it with --lenient"


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """The path of a property, written as `LogicalId: Path.To[0].Property`."""

    logical_id: str
    path: str = ""

    def __truediv__(self, name: str) -> PropertyPath:
        return PropertyPath(self.logical_id, f"{self.path}.{name}" if self.path else name)

    def index(self, index: int) -> PropertyPath:
        """The path of a list's element."""
        return PropertyPath(self.logical_id, f"{self.path}[{index}]")

    def __str__(self) -> str:
        return f"{self.logical_id}: {self.path}" if self.path else self.logical_id


@dataclass(slots=True)
class Diagnostics:
    """Collects the diagnostics of a template, so that one run reports all of them.

    Faults are wrong input and always stop. Unsupported properties change what a viewer gets and
    stop unless `lenient`. Notes are printed and never stop.
    """

    faults: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_fault(self, place: PropertyPath, what: str, remedy: str) -> None:
        """Report wrong input."""
        self.faults.append(f"{place}: {what}; {remedy}")

    def add_unsupported(
        self, place: PropertyPath, what: str = "unsupported property", remedy: str = ""
    ) -> None:
        """Report a property that AWS applies and the emulator does not."""
        text = f"{place}: {what}; {remedy + ', or ' if remedy else ''}{LENIENT}"
        self.unsupported.append(text)

    def add_note(self, place: PropertyPath, what: str) -> None:
        """Report a difference that changes no response here."""
        self.notes.append(f"{place}: {what}")

    def raise_or_warn(self, file: Path, *, lenient: bool, warn: Callable[[str], None]) -> None:
        """Raise CloudFormationRefused for everything that stops, otherwise `warn` of the rest."""
        stopping = dict.fromkeys([*self.faults, *([] if lenient else self.unsupported)])
        if stopping:
            raise CloudFormationRefused("\n  ".join([f"{file} cannot be served:", *stopping]))
        for line in dict.fromkeys([*self.unsupported, *self.notes]):
            warn(line.removesuffix(f"; {LENIENT}"))


def make_refusal(file: Path, what: str, remedy: str) -> CloudFormationRefused:
    """A refusal of the whole template."""
    return CloudFormationRefused(f"{file}: {what}; {remedy}")
