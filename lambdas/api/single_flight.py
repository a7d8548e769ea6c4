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
from edgefill.drafting.circuit_breaker import build_open_error
from edgefill.packs.pack import Overlay
from edgefill.template.program import Program, link_program
from lambdas.api.fallback_reason import EXPECTED_ERRORS, FAULT, FallbackReason, classify_error
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.circuit_breaker import CircuitBreaker
    from edgefill.core.keys import Key
    from edgefill.demand.leases import Leases
    from edgefill.drafting.generator import Lane
    from lambdas.api.quotas import Quotas
    from lambdas.api.template_lookup import TemplateLookup
    from lambdas.api.writer import Writer, Written

FIRST_POLL_S = 0.05
LAST_POLL_S = 0.4
GRACE_S = 2  # beyond its deadline a holder may still write back


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
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
    def lease_key(self) -> str:
        """What is leased: a new version of the experience does not wait for the old one."""
        return f"{self.key}@{self.version}"

    @property
    def lane(self) -> Lane:
        """Visitors go first."""
        return "batch" if self.principal is None else "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A program to fill; `generated` says whether this very call had it written."""

    program: Program
    generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFlight:
    """`tick` is monotonic seconds; `cooldown_s` is how long an outcome spares others the try.

    `reserve_s` of a deadline are kept for writing back and settling; `breaker` is the model's.
    """

    catalogue: Catalogue
    templates: TemplateLookup
    writer: Writer
    leases: Leases
    quotas: Quotas
    tick: Callable[[], float]
    sleep: Callable[[float], None]
    log: Any
    cooldown_s: float
    reserve_s: float
    breaker: CircuitBreaker

    def get_or_generate(
        self, key: Key, *, within_s: float, principal: str | None, question: str = ""
    ) -> Resolved | FallbackReason:
        """The template of `key`, found or written within `within_s`, or why there is none."""
        end = self.tick() + within_s
        request = KeyRequest(
            key=key,
            version=self.catalogue.entry(key.experience).experience.version,
            deadline=end - min(self.reserve_s, within_s / 4),
            end=end,
            principal=principal,
            question=question,
        )
        try:
            return self._find(request) or self._lead_or_follow(request)
        except EXPECTED_ERRORS as error:
            refusal = classify_error(error)
            self.log.warning("no template", key=str(key), reason=refusal.word, error=str(error))
            return refusal
        except Exception as error:  # a fault of ours; its message could hold anything
            self.log.critical(
                FAULT, key=str(key), error=type(error).__name__, at=locate_error(error)
            )
            return FallbackReason(word=FAULT)

    def _find(self, request: KeyRequest) -> Resolved | None:
        template = self.templates.find(request.key, request.version)
        return Resolved(program=template.program, generated=False) if template else None

    def _lead_or_follow(self, request: KeyRequest) -> Resolved | FallbackReason:
        if request.principal is not None and self.breaker.remaining_s():
            raise build_open_error(self.breaker)
        lease = self._acquire_lease(request)
        if isinstance(lease, Lease):
            return self._generate_under_lease(request, lease)
        if lease == DONE:
            return self._find(request) or FallbackReason(word="store")
        return FallbackReason(word=lease)

    def _acquire_lease(self, request: KeyRequest) -> Lease | str:
        """The lease, or how its holder's flight ended; EngineTimeout when it has not by then."""
        pause = FIRST_POLL_S
        while True:
            answer = self.leases.acquire(
                request.lease_key,
                owner=uuid4().hex,
                ttl_s=max(0.0, request.deadline - self.tick()) + GRACE_S,
                background=request.principal is None,
            )
            if isinstance(answer, Lease):
                return answer
            if answer.outcome:
                return answer.outcome
            self._check_time_left(request, pause)
            self.sleep(pause)
            pause = min(2 * pause, LAST_POLL_S)

    def _check_time_left(self, request: KeyRequest, pause: float = 0.0) -> None:
        if self.tick() + pause >= request.deadline:
            raise EngineTimeout(f"{request.key}: no time is left to write it or wait for it")

    def _generate_under_lease(self, request: KeyRequest, lease: Lease) -> Resolved:
        try:
            resolved, outcome = self._find(request), DONE
            if resolved is None:
                resolved, outcome = self._generate(request)
        except EXPECTED_ERRORS as error:
            if isinstance(error, BudgetExhausted) and error.allowance == "principal":
                self._best_effort(
                    request, "release", self.leases.release, lease
                )  # others may have theirs
            else:
                self._settle(request, lease, classify_error(error).word)
            raise
        except Exception:
            self._settle(request, lease, FAULT)
            raise
        self._settle(request, lease, outcome)
        return resolved

    def _generate(self, request: KeyRequest) -> tuple[Resolved, str]:
        self._check_time_left(request)
        self.quotas.reserve(request.key, request.principal)
        try:
            written = self.writer.write(
                request.key, deadline=request.deadline, lane=request.lane, question=request.question
            )
        except Exception as error:
            if isinstance(error, EngineUnavailable | EngineBusy) or not isinstance(
                error, EXPECTED_ERRORS
            ):
                self._best_effort(
                    request, "refund", self.quotas.cancel, request.key, request.principal
                )
            raise
        self._best_effort(request, "refund", self.quotas.settle, written.tokens)
        resolved = Resolved(program=link_program(written.compiled.program), generated=True)
        return resolved, DONE if self._write_back(request, written) else "store"

    def _write_back(self, request: KeyRequest, written: Written) -> bool:
        overlay = Overlay(
            version=request.version,
            program=written.compiled.program,
            text=written.compiled.text,
            model=written.model,
            reviewed=not request.question,
        )
        self.log.info("written", key=str(request.key), model=written.model, tokens=written.tokens)
        return self._best_effort(request, "write back", self.templates.save, request.key, overlay)

    def _settle(self, request: KeyRequest, lease: Lease, outcome: str) -> None:
        keep_s = self.cooldown_s
        self._best_effort(
            request, "settle", lambda: self.leases.settle(lease, outcome, keep_s=keep_s)
        )

    def _best_effort(
        self, request: KeyRequest, step: str, action: Callable[..., object], *arguments: object
    ) -> bool:
        """Do what the visitor's answer does not depend on, while there is time."""
        if self.tick() >= request.end:
            self.log.warning("step failed", step=step, error="no time is left for it")
            return False
        try:
            action(*arguments)
        except StoreError as error:
            self.log.warning("step failed", step=step, error=str(error))
            return False
        return True
