"""DraftingTask: one key to draft. DraftingPolicy: how one kind of caller drafts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.writers.generator import Lane


class DraftingPolicy(Protocol):
    """How one kind of caller drafts a key."""

    @property
    def lane(self) -> Lane:
        """The lane of every order."""

    @property
    def candidates(self) -> int:
        """How many texts are judged before the best of them is taken."""

    def allows_attempt(self, attempts: Attempts) -> bool:
        """Whether another text may be written after `attempts`."""

    def compute_deadline_s(self) -> float:
        """The seconds that the next order or verdict may take."""

    def choose_seed(self, key: Key, number: int) -> int | None:
        """The seed of attempt `number` (from 1); None leaves the choice to the engine."""

    def accepts_error(self, error: GenerationError) -> bool:
        """Whether an error costs one attempt only; any other error ends the drafting."""

    def write_complaint(self, refusals: Sequence[TemplateRefused]) -> str:
        """What a revise prompt says about `refusals`, of which there is at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The accepted text of which the text of a derived experience is made."""

    text: str
    entry: CatalogueEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingTask:
    """One key to draft, with its catalogue entry, which is looked up once.

    `question` is the masked text of a free question, else "". With a `source` the text is
    transformed, not written anew.
    """

    key: Key
    entry: CatalogueEntry
    policy: DraftingPolicy
    question: str = ""
    source: SourceText | None = None
