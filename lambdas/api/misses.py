"""Misses: what a visitor gets whose template is not at the edge. Always something to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import StoreError
from edgefill.demand.queue import Job
from lambdas.api.fallback_reason import Refusal
from lambdas.api.log import place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.keys import Key
    from edgefill.demand.counts import Counts
    from edgefill.demand.questions import Questions
    from edgefill.demand.queue import Queue
    from edgefill.template.program import Program
    from lambdas.api.fallbacks import Fallbacks
    from lambdas.api.single_flight import Flights


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A program to fill; `refusal` says why it is only the fallback."""

    program: Program
    generated: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """`deadline_s` bounds what a visitor waits, counting included; `tick` is monotonic seconds.

    `questions` is None unless the words of free questions may be kept.
    """

    catalogue: Catalogue
    flights: Flights
    fallbacks: Fallbacks
    counts: Counts
    queue: Queue
    log: Any
    deadline_s: float
    tick: Callable[[], float]
    questions: Questions | None = None

    def serve(self, key: Key, *, principal: str, question: str = "") -> Served:
        """The template of `key`, or its fallback, and the key queued, when none can be had.

        `question` is the masked text behind the key of a free question.
        """
        end = self.tick() + self.deadline_s
        self._quietly("not counted", key, lambda: self.counts.add(str(key)))
        if question and self.questions is not None:
            keep = self.questions.keep
            self._quietly("not kept", key, lambda: keep(str(key), question))
        landed = self.flights.land(
            key, within_s=end - self.tick(), principal=principal, question=question
        )
        if isinstance(landed, Refusal):
            job = Job(key=str(key), version=self.catalogue.version, question=question)
            self._quietly("not queued", key, lambda: self.queue.send(job))
            return self.fallback(key, landed)
        return Served(program=landed.program, generated=landed.generated)

    def fallback(self, key: Key, refusal: Refusal) -> Served:
        """The hand-written text in the place of the template."""
        program = self.fallbacks.program(key.experience, key.locale)
        return Served(program=program, refusal=refusal)

    def _quietly(self, event: str, key: Key, do: Callable[[], object]) -> None:
        """Do what is not worth a visitor's answer."""
        try:
            do()
        except StoreError as error:
            self.log.warning(event, key=str(key), error=str(error))
        except Exception as error:  # a fault of ours; its message could hold anything
            self.log.critical(event, key=str(key), error=type(error).__name__, at=place_of(error))
