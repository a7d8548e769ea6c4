"""Misses: what a visitor gets whose template is not at the edge. Always something to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.api.refusal import Refusal
from lambdas.core.errors import StoreError
from lambdas.demand.queue import Job

if TYPE_CHECKING:
    from lambdas.api.fallbacks import Fallbacks
    from lambdas.api.flight import Flights
    from lambdas.catalogue.catalogue import Catalogue
    from lambdas.core.keys import Key
    from lambdas.core.program import Program
    from lambdas.demand.counts import Counts
    from lambdas.demand.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A program to fill; `refusal` says why it is only the fallback."""

    program: Program
    generated: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """`deadline_s` bounds what a visitor waits for a template."""

    catalogue: Catalogue
    flights: Flights
    fallbacks: Fallbacks
    counts: Counts
    queue: Queue
    log: Any
    deadline_s: float

    def serve(self, key: Key, *, principal: str) -> Served:
        """The template of `key`, or its fallback, and the key queued, when none can be had."""
        self._count(key)
        landed = self.flights.land(key, within_s=self.deadline_s, principal=principal)
        if isinstance(landed, Refusal):
            self._enqueue(key)
            program = self.fallbacks.program(key.experience, key.locale)
            return Served(program=program, refusal=landed)
        return Served(program=landed.program, generated=landed.generated)

    def _count(self, key: Key) -> None:
        try:
            self.counts.add(str(key))
        except StoreError as error:
            self.log.warning("not counted", key=str(key), error=str(error))

    def _enqueue(self, key: Key) -> None:
        try:
            self.queue.send(Job(key=str(key), version=self.catalogue.version))
        except StoreError as error:
            self.log.warning("not queued", key=str(key), error=str(error))
