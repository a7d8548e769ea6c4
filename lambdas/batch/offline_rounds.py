"""Offline rounds: draft all keys of a large plan at once, then all that need more, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.drafter import WriteStep
from edgefill.drafting.drafting_task import DraftingTask
from edgefill.drafting.steps import CompareStep, JudgeStep
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from lambdas.batch.drafting_run import connect
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

    Each text is judged before the next round. Keys that the generator cannot process together
    remain as they are, and so do keys that need the accepted text of another. EngineUnavailable
    when the generator does not work at all, JudgeUnavailable.
    """
    drafter = connect(drafter, journal)
    rounds = OfflineRounds(remaining={key: drafter.resume(key) for key in keys})
    while len(steps := _plan_round(rounds, drafter)) >= max(1, min_keys):
        orders = [
            drafter.drafter.build_order(task, rounds.remaining[task.key], step)
            for task, step in steps
        ]
        try:
            drafts = generator.generate_all(orders)
        except InputRefused:
            break
        for (task, step), draft in zip(steps, drafts, strict=True):
            _add_draft(rounds, drafter, task, step, draft)
    return rounds


def _plan_round(
    rounds: OfflineRounds, drafter: BatchDrafter
) -> list[tuple[DraftingTask, WriteStep]]:
    """The next text of every key that remains; keys that have ended leave the rounds."""
    steps = []
    for key in list(rounds.remaining):
        if drafter.needs_source(key):
            continue
        task = drafter.make_task(key)
        step = _judge_pending(rounds, drafter, task)
        if step is None:
            rounds.outcomes.append(rounds.remaining.pop(key).to_outcome(key))
        else:
            steps.append((task, step))
    return steps


def _judge_pending(
    rounds: OfflineRounds, drafter: BatchDrafter, task: DraftingTask
) -> WriteStep | None:
    """Judge what is not judged yet; return the key's next text to write, if any."""
    while isinstance(
        step := drafter.drafter.choose_step(task, rounds.remaining[task.key]),
        JudgeStep | CompareStep,
    ):
        judged = drafter.drafter.judge(task, rounds.remaining[task.key], step)
        drafter.on_step(task.key, judged)
        rounds.remaining[task.key] = judged
    return step


def _add_draft(
    rounds: OfflineRounds,
    drafter: BatchDrafter,
    task: DraftingTask,
    step: WriteStep,
    draft: Draft | GenerationError,
) -> None:
    attempts = drafter.drafter.add_draft(task, rounds.remaining[task.key], step, draft)
    drafter.on_step(task.key, attempts)
    rounds.remaining[task.key] = attempts
