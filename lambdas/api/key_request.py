"""KeyRequest and TemplateResult: what the miss path is asked for, and what it finds or makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.template.program import Program

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import CatalogueEntry
    from edgefill.core.keys import Key
    from edgefill.demand.principals import Principal
    from edgefill.drafting.writers.generator import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """A request for the template of one key; times are of `tick`.

    `principal` is who pays, None if unknown. A job of the queue `is_queued`: no visitor waits for
    it. `question` is the masked text of a free question, else "". The text must be there by
    `deadline`, the writes that follow it by `write_deadline`.
    """

    key: Key
    entry: CatalogueEntry
    deadline: float
    write_deadline: float
    principal: Principal | None
    question: str
    is_queued: bool = False

    @property
    def version(self) -> str:
        """The version of the experience."""
        return self.entry.experience.version

    @property
    def lease_key(self) -> str:
        """The key of the lease; a new version of the experience does not wait for the old one."""
        return f"{self.key}@{self.version}"

    @property
    def lane(self) -> Lane:
        """The generator's lane; requests of visitors have priority."""
        return "batch" if self.is_queued else "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResult:
    """A program to fill; `generated` says whether this call generated it."""

    program: Program
    generated: bool
