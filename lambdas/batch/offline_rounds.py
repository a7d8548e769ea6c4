"""Waves: the keys of a large plan drafted all at once, then those that were refused, and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft, GenerationOrder
from lambdas.batch.attempts import Attempts
from lambdas.batch.draft import Drafter
from lambdas.batch.journal import Journal
from lambdas.batch.outcome import DraftOutcome, FinishedDraft


class BulkGenerator(Protocol):
    """Whoever writes many orders at once; lambdas/batch/offline.py does."""

    def generate_all(self, orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
        """Of each order, in their turn; InputRefused when they cannot be written together."""


@dataclass(slots=True)
class OfflineRounds:
    """What waves came to: the keys that ended, and how far the others have come."""

    outcomes: list[DraftOutcome] = field(default_factory=list)
    remaining: dict[Key, Attempts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResumedDrafter:
    """A drafter that goes on where waves ended."""

    drafter: Drafter
    rounds: OfflineRounds

    def draft(self, key: Key) -> DraftOutcome:
        """A template for `key`, or why there is none."""
        return self.drafter.draft(key, self.rounds.remaining.get(key))

    def is_valid(self, drafted: FinishedDraft) -> bool:
        """Whether a draft of an earlier run still passes."""
        return self.drafter.is_valid(drafted)


def draft_in_rounds(
    keys: Iterable[Key],
    *,
    drafter: Drafter,
    journal: Journal,
    generator: BulkGenerator,
    min_keys: int,
) -> OfflineRounds:
    """Draft `keys`, one try of each a wave, while `least` of them or more are left.

    Keys that cannot be written together are left as they are. EngineUnavailable when nobody can
    write.
    """
    rounds = OfflineRounds(remaining={key: Attempts() for key in keys})
    while rounds.remaining and len(rounds.remaining) >= min_keys:
        before = rounds.remaining
        orders = [drafter.build_order(key, attempts) for key, attempts in before.items()]
        try:
            answers = zip(before.items(), generator.generate_all(orders), strict=True)
        except InputRefused:
            break
        after = {key: drafter.record_attempt(key, asked, draft) for (key, asked), draft in answers}
        rounds.remaining = {
            key: asked for key, asked in after.items() if not drafter.has_ended(asked)
        }
        for key in after.keys() - rounds.remaining.keys():
            _finish(rounds, after[key].to_outcome(key), journal)
    return rounds


def _finish(rounds: OfflineRounds, outcome: DraftOutcome, journal: Journal) -> None:
    rounds.outcomes.append(outcome)
    if isinstance(outcome, FinishedDraft):
        journal.append(outcome)
