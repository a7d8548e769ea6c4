"""MissDrafter: drafts the template of one missed key before a deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.compiler import CompiledTemplate
from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.drafter import Drafter, DraftingTask
from edgefill.drafting.generator import Lane

MAX_ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedTemplate:
    """A template that compiles, its model, and the tokens of all its drafts together."""

    compiled: CompiledTemplate
    model: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissPolicy:
    """Allow a second attempt only if as much time is left as the first one took.

    `began` and `deadline` are seconds of `tick`, a monotonic clock. Every error ends the drafting.
    """

    lane: Lane
    began: float
    deadline: float
    tick: Callable[[], float]

    def allows_attempt(self, attempts: Attempts) -> bool:
        """See DraftingPolicy."""
        if attempts.count == 0:
            return True
        now = self.tick()
        return attempts.count < MAX_ATTEMPTS and now + (now - self.began) < self.deadline

    def compute_deadline_s(self) -> float:
        """See DraftingPolicy."""
        return self.deadline - self.tick()

    def choose_seed(self, key: Key, number: int) -> None:
        """See DraftingPolicy; the engine chooses."""

    def accepts_error(self, error: GenerationError) -> bool:
        """See DraftingPolicy."""
        return False

    def write_complaint(self, refusals: Sequence[TemplateRefused]) -> str:
        """See DraftingPolicy; the first refusal, with its place."""
        return str(refusals[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class MissDrafter:
    """Drafts with `drafter`; `tick` is a monotonic clock in seconds."""

    drafter: Drafter
    tick: Callable[[], float]

    def draft(
        self,
        key: Key,
        entry: CatalogueEntry,
        *,
        deadline: float,
        lane: Lane,
        question: str = "",
    ) -> GeneratedTemplate:
        """Return a template of `key` before `deadline` (of `tick`).

        With a `question`, the template answers it. GenerationError, TemplateRefused.
        """
        policy = MissPolicy(lane=lane, began=self.tick(), deadline=deadline, tick=self.tick)
        task = DraftingTask(key=key, entry=entry, policy=policy, question=question)
        attempts = self.drafter.draft(task, Attempts())
        return GeneratedTemplate(
            compiled=attempts.require_compiled(), model=attempts.model, tokens=attempts.tokens
        )
