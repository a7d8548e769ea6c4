"""Offline rounds: draft all keys of a large plan at once, then all that were refused, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome, FinishedDraft
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.generator import Draft, GenerationOrder
from lambdas.batch.journal import Journal


class BulkGenerator(Protocol):
    """Generates many drafts at once (OfflineGenerator in lambdas/batch/offline.py)."""

    def generate_all(self, orders: Sequence[GenerationOrder]) -> list[Draft | GenerationError]:
        """Return a draft or an error for each order, in the order given.

        InputRefused when the orders cannot be processed together, EngineUnavailable when the
        generator does not work at all.
        """


@dataclass(slots=True)
class OfflineRounds:
    """The outcomes of the keys that ended, and the attempts at the others."""

    outcomes: list[DraftOutcome] = field(default_factory=list)
    remaining: dict[Key, Attempts] = field(default_factory=dict)


def draft_in_rounds(
    keys: Iterable[Key],
    *,
    drafter: BatchDrafter,
    journal: Journal,
    generator: BulkGenerator,
    min_keys: int,
) -> OfflineRounds:
    """Draft `keys`, one attempt at each per round, while at least `min_keys` of them remain.

    Keys that the generator cannot process together remain as they are. EngineUnavailable when the
    generator does not work at all.
    """
    tasks = {key: drafter.make_task(key) for key in keys}
    rounds = OfflineRounds(remaining={key: Attempts() for key in tasks})
    while rounds.remaining and len(rounds.remaining) >= min_keys:
        before, builder = rounds.remaining, drafter.drafter
        orders = [builder.build_order(tasks[key], attempts) for key, attempts in before.items()]
        try:
            drafts = generator.generate_all(orders)
        except InputRefused:
            break
        rounds.remaining = {}
        for (key, attempts), draft in zip(before.items(), drafts, strict=True):
            after = builder.add_attempt(tasks[key], attempts, draft)
            if drafter.has_ended(after):
                _finish(rounds, after.to_outcome(key), journal)
            else:
                rounds.remaining[key] = after
    return rounds


def _finish(rounds: OfflineRounds, outcome: DraftOutcome, journal: Journal) -> None:
    rounds.outcomes.append(outcome)
    if isinstance(outcome, FinishedDraft):
        journal.append(outcome)
