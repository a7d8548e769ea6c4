"""MissDrafter: drafts the template of one missed key before a deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.drafter import Drafter
from edgefill.drafting.drafting_task import DraftingTask, SourceText
from edgefill.drafting.writers.generator import Lane

# what fails is revised once while a visitor waits; the queue's worker has more time
VISITOR_ATTEMPTS = 2
WORKER_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MissPolicy:
    """Allow another attempt only if as much time is left as an attempt has taken on average.

    `began` and `deadline` are seconds of `tick`, a monotonic clock. Every error ends the drafting.
    """

    lane: Lane
    began: float
    deadline: float
    tick: Callable[[], float]
    max_attempts: int
    candidates: int = 1

    def allows_attempt(self, attempts: Attempts) -> bool:
        """See DraftingPolicy."""
        if attempts.count == 0:
            return True
        now = self.tick()
        is_in_time = now + (now - self.began) / attempts.count < self.deadline
        return attempts.count < self.max_attempts and is_in_time

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
    worker_attempts: int = WORKER_ATTEMPTS

    def draft(
        self,
        key: Key,
        entry: CatalogueEntry,
        *,
        deadline: float,
        lane: Lane,
        question: str = "",
        source: SourceText | None = None,
    ) -> Attempts:
        """Return the attempts at `key` before `deadline` (of `tick`); the best may be published.

        With a `question` the template answers it; with a `source` its text is transformed.
        GenerationError, WriterAbstained and JudgeUnavailable included.
        """
        policy = MissPolicy(
            lane=lane,
            began=self.tick(),
            deadline=deadline,
            tick=self.tick,
            max_attempts=VISITOR_ATTEMPTS if lane == "interactive" else self.worker_attempts,
        )
        task = DraftingTask(key=key, entry=entry, policy=policy, question=question, source=source)
        return self.drafter.draft(task, Attempts())
