"""Flights: however many ask for a key at once, one of them generates and the others wait for it.

1. look in the store                        5. take it out of the budgets
2. take the lease, or wait for who has it   6. ask the model, compile, lint
3. look again: it may just have landed      7. write back to the overlay
4. (the lease lapses if its holder dies)    8. settle the lease, so that the waiting know
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from edgefill.core.errors import (
    BudgetExhausted,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    StoreError,
)
from edgefill.demand.leases import DONE, Lease
from edgefill.drafting.circuit_breaker import resting
from edgefill.packs.pack import Overlay
from edgefill.template.program import Program, link_program
from lambdas.api.fallback_reason import FAULT, RAISED, Refusal, refusal_of
from lambdas.api.log import place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.circuit_breaker import CircuitBreaker
    from edgefill.core.keys import Key
    from edgefill.demand.leases import Leases
    from edgefill.drafting.generator import Lane
    from lambdas.api.quotas import Spending
    from lambdas.api.templates import Templates
    from lambdas.api.writer import Writer, Written

FIRST_POLL_S = 0.05
LAST_POLL_S = 0.4
GRACE_S = 2  # beyond its deadline a holder may still write back


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One key wanted; no `principal`: no visitor waits for it. Times are of `tick`.

    `question` is the masked text behind the key of a free question, else "".
    """

    key: Key
    version: str
    deadline: float  # for the text
    end: float  # for all that follows it
    principal: str | None
    question: str

    @property
    def lease(self) -> str:
        """What is leased: a new version of the experience does not wait for the old one."""
        return f"{self.key}@{self.version}"

    @property
    def lane(self) -> Lane:
        """Visitors go first."""
        return "batch" if self.principal is None else "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A program to fill; `generated` says whether this very call had it written."""

    program: Program
    generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flights:
    """`tick` is monotonic seconds; `cooldown_s` is how long an outcome spares others the try.

    `reserve_s` of a deadline are kept for writing back and settling; `breaker` is the model's.
    """

    catalogue: Catalogue
    templates: Templates
    writer: Writer
    leases: Leases
    spending: Spending
    tick: Callable[[], float]
    sleep: Callable[[float], None]
    log: Any
    cooldown_s: float
    reserve_s: float
    breaker: CircuitBreaker

    def land(
        self, key: Key, *, within_s: float, principal: str | None, question: str = ""
    ) -> Landed | Refusal:
        """The template of `key`, found or written within `within_s`, or why there is none."""
        end = self.tick() + within_s
        asked = Asked(
            key=key,
            version=self.catalogue.entry(key.experience).experience.version,
            deadline=end - min(self.reserve_s, within_s / 4),
            end=end,
            principal=principal,
            question=question,
        )
        try:
            return self._found(asked) or self._flown(asked)
        except RAISED as error:
            refusal = refusal_of(error)
            self.log.warning("no template", key=str(key), reason=refusal.reason, error=str(error))
            return refusal
        except Exception as error:  # a fault of ours; its message could hold anything
            self.log.critical(FAULT, key=str(key), error=type(error).__name__, at=place_of(error))
            return Refusal(reason=FAULT)

    def _found(self, asked: Asked) -> Landed | None:
        found = self.templates.find(asked.key, asked.version)
        return Landed(program=found.program, generated=False) if found else None

    def _flown(self, asked: Asked) -> Landed | Refusal:
        if asked.principal is not None and self.breaker.remaining_s():
            raise resting(self.breaker)
        turn = self._turn(asked)
        if isinstance(turn, Lease):
            return self._held(asked, turn)
        if turn == DONE:
            return self._found(asked) or Refusal(reason="store")
        return Refusal(reason=turn)

    def _turn(self, asked: Asked) -> Lease | str:
        """The lease, or how its holder's flight ended; EngineTimeout when it has not by then."""
        pause = FIRST_POLL_S
        while True:
            answer = self.leases.acquire(
                asked.lease,
                owner=uuid4().hex,
                ttl_s=max(0.0, asked.deadline - self.tick()) + GRACE_S,
                background=asked.principal is None,
            )
            if isinstance(answer, Lease):
                return answer
            if answer.outcome:
                return answer.outcome
            self._in_time(asked, pause)
            self.sleep(pause)
            pause = min(2 * pause, LAST_POLL_S)

    def _in_time(self, asked: Asked, pause: float = 0.0) -> None:
        if self.tick() + pause >= asked.deadline:
            raise EngineTimeout(f"{asked.key}: no time is left to write it or wait for it")

    def _held(self, asked: Asked, lease: Lease) -> Landed:
        try:
            landed, outcome = self._found(asked), DONE
            if landed is None:
                landed, outcome = self._written(asked)
        except RAISED as error:
            if isinstance(error, BudgetExhausted) and error.allowance == "principal":
                self._quietly(
                    asked, "release", self.leases.release, lease
                )  # others may have theirs
            else:
                self._settle(asked, lease, refusal_of(error).reason)
            raise
        except Exception:
            self._settle(asked, lease, FAULT)
            raise
        self._settle(asked, lease, outcome)
        return landed

    def _written(self, asked: Asked) -> tuple[Landed, str]:
        self._in_time(asked)
        self.spending.reserve(asked.key, asked.principal)
        try:
            written = self.writer.write(
                asked.key, deadline=asked.deadline, lane=asked.lane, question=asked.question
            )
        except Exception as error:
            if isinstance(error, EngineUnavailable | EngineBusy) or not isinstance(error, RAISED):
                self._quietly(asked, "refund", self.spending.cancel, asked.key, asked.principal)
            raise
        self._quietly(asked, "refund", self.spending.settle, written.tokens)
        landed = Landed(program=link_program(written.compiled.program), generated=True)
        return landed, DONE if self._keep(asked, written) else "store"

    def _keep(self, asked: Asked, written: Written) -> bool:
        overlay = Overlay(
            version=asked.version,
            program=written.compiled.program,
            text=written.compiled.text,
            model=written.model,
            reviewed=not asked.question,
        )
        self.log.info("written", key=str(asked.key), model=written.model, tokens=written.tokens)
        return self._quietly(asked, "write back", self.templates.keep, asked.key, overlay)

    def _settle(self, asked: Asked, lease: Lease, outcome: str) -> None:
        keep_s = self.cooldown_s
        self._quietly(asked, "settle", lambda: self.leases.settle(lease, outcome, keep_s=keep_s))

    def _quietly(self, asked: Asked, step: str, do: Callable[..., object], *given: object) -> bool:
        """Do what the visitor's answer does not depend on, while there is time."""
        if self.tick() >= asked.end:
            self.log.warning("step failed", step=step, error="no time is left for it")
            return False
        try:
            do(*given)
        except StoreError as error:
            self.log.warning("step failed", step=step, error=str(error))
            return False
        return True
