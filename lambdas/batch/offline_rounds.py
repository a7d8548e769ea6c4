"""Waves: the keys of a large plan drafted all at once, then those that were refused, and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.core.errors import GenerationError, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft, Order
from lambdas.batch.attempts import Asked
from lambdas.batch.draft import Drafter
from lambdas.batch.journal import Journal
from lambdas.batch.outcome import Drafted, Outcome


class Writer(Protocol):
    """Whoever writes many orders at once; lambdas/batch/offline.py does."""

    def write(self, orders: Sequence[Order]) -> list[Draft | GenerationError]:
        """Of each order, in their turn; InputRefused when they cannot be written together."""


@dataclass(slots=True)
class Waves:
    """What waves came to: the keys that ended, and how far the others have come."""

    outcomes: list[Outcome] = field(default_factory=list)
    rest: dict[Key, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A drafter that goes on where waves ended."""

    drafter: Drafter
    waves: Waves

    def draft(self, key: Key) -> Outcome:
        """A template for `key`, or why there is none."""
        return self.drafter.draft(key, self.waves.rest.get(key))

    def sound(self, drafted: Drafted) -> bool:
        """Whether a draft of an earlier run still passes."""
        return self.drafter.sound(drafted)


def draft_in_waves(
    keys: Iterable[Key], *, drafter: Drafter, journal: Journal, writer: Writer, least: int
) -> Waves:
    """Draft `keys`, one try of each a wave, while `least` of them or more are left.

    Keys that cannot be written together are left as they are. EngineUnavailable when nobody can
    write.
    """
    waves = Waves(rest={key: Asked() for key in keys})
    while waves.rest and len(waves.rest) >= least:
        before = waves.rest
        orders = [drafter.order(key, asked) for key, asked in before.items()]
        try:
            answers = zip(before.items(), writer.write(orders), strict=True)
        except InputRefused:
            break
        after = {key: drafter.answered(key, asked, draft) for (key, asked), draft in answers}
        waves.rest = {key: asked for key, asked in after.items() if not drafter.ended(asked)}
        for key in after.keys() - waves.rest.keys():
            _finish(waves, after[key].outcome(key), journal)
    return waves


def _finish(waves: Waves, outcome: Outcome, journal: Journal) -> None:
    waves.outcomes.append(outcome)
    if isinstance(outcome, Drafted):
        journal.append(outcome)
