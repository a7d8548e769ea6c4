"""SingleFlight: only one of all concurrent misses of a key generates its template.

1. look in the store
2. acquire the lease, or wait for its holder
3. look again: the holder may have finished
4. take the generation out of the quotas
5. draft, compile and lint (edgefill/drafting)
6. write the template back to the overlay
7. settle the lease, which ends the others' wait

If the holder dies, its lease lapses and another miss acquires it.
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
from edgefill.drafting.guarded_generator import build_open_error
from edgefill.packs.pack import Overlay
from edgefill.template.program import Program, link_program
from lambdas.api.fallback_reason import EXPECTED_ERRORS, FAULT, FallbackReason, classify_error
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import CatalogueEntry
    from edgefill.core.circuit_breaker import CircuitBreaker
    from edgefill.core.keys import Key
    from edgefill.demand.leases import Leases
    from edgefill.drafting.generator import Lane
    from edgefill.drafting.miss_drafter import GeneratedTemplate, MissDrafter
    from lambdas.api.quotas import Quotas
    from lambdas.api.template_lookup import TemplateLookup

FIRST_POLL_S = 0.05
LAST_POLL_S = 0.4
# A holder may still write back for so long after its deadline.
GRACE_S = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """A request for the template of one key; times are of `tick`.

    `principal` is None when no visitor waits. `question` is the masked text of a free question,
    else "". The text must be there by `deadline`, the writes that follow it by `write_deadline`.
    """

    key: Key
    entry: CatalogueEntry
    deadline: float
    write_deadline: float
    principal: str | None
    question: str

    @property
    def version(self) -> str:
        """The version of the experience."""
        return self.entry.experience.version

    @property
    def lease_key(self) -> str:
        """The key of the lease; a new version of the experience does not wait for the old one."""
        return f"{self.key}@{self.version}"

    @property
    def lane(self) -> Lane:
        """The generator's lane; requests of visitors have priority."""
        return "batch" if self.principal is None else "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResult:
    """A program to fill; `generated` says whether this call generated it."""

    program: Program
    generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFlight:
    """`tick` is monotonic seconds; for `cooldown_s` other requests get the outcome without trying.

    `reserve_s` of a deadline are kept for writing back and settling. `breaker` is the model's.
    """

    templates: TemplateLookup
    drafter: MissDrafter
    leases: Leases
    quotas: Quotas
    tick: Callable[[], float]
    sleep: Callable[[float], None]
    log: Any
    cooldown_s: float
    reserve_s: float
    breaker: CircuitBreaker

    def get_or_generate(
        self,
        key: Key,
        entry: CatalogueEntry,
        *,
        within_s: float,
        principal: str | None,
        question: str = "",
    ) -> TemplateResult | FallbackReason:
        """Return the template of `key`, stored or generated within `within_s`, or why not."""
        write_deadline = self.tick() + within_s
        request = KeyRequest(
            key=key,
            entry=entry,
            deadline=write_deadline - min(self.reserve_s, within_s / 4),
            write_deadline=write_deadline,
            principal=principal,
            question=question,
        )
        try:
            return self._find(request) or self._generate_or_wait(request)
        except EXPECTED_ERRORS as error:
            reason = classify_error(error)
            self.log.warning("no template", key=str(key), reason=reason.code, error=str(error))
            return reason
        except Exception as error:
            # A defect of ours: its message could hold anything, so it is not logged.
            kind, place = type(error).__name__, locate_error(error)
            self.log.critical(FAULT, key=str(key), error=kind, at=place)
            return FallbackReason(code=FAULT)

    def _find(self, request: KeyRequest) -> TemplateResult | None:
        template = self.templates.find(request.key, request.version)
        return TemplateResult(program=template.program, generated=False) if template else None

    def _generate_or_wait(self, request: KeyRequest) -> TemplateResult | FallbackReason:
        if request.principal is not None and self.breaker.remaining_s():
            raise build_open_error(self.breaker)
        lease = self._acquire_lease(request)
        if isinstance(lease, Lease):
            return self._generate_under_lease(request, lease)
        if lease == DONE:
            return self._find(request) or FallbackReason(code="store")
        return FallbackReason(code=lease)

    def _acquire_lease(self, request: KeyRequest) -> Lease | str:
        """Return the lease, or the outcome of its holder; EngineTimeout if none comes in time."""
        pause = FIRST_POLL_S
        while True:
            lease = self.leases.acquire(
                request.lease_key,
                owner=uuid4().hex,
                ttl_s=max(0.0, request.deadline - self.tick()) + GRACE_S,
                background=request.principal is None,
            )
            if isinstance(lease, Lease):
                return lease
            if lease.outcome:
                return lease.outcome
            self._check_time_left(request, pause)
            self.sleep(pause)
            pause = min(2 * pause, LAST_POLL_S)

    def _check_time_left(self, request: KeyRequest, pause: float = 0.0) -> None:
        if self.tick() + pause >= request.deadline:
            raise EngineTimeout(f"{request.key}: no time is left to generate it or to wait for it")

    def _generate_under_lease(self, request: KeyRequest, lease: Lease) -> TemplateResult:
        try:
            result, outcome = self._find(request), DONE
            if result is None:
                result, outcome = self._generate(request)
        except EXPECTED_ERRORS as error:
            if isinstance(error, BudgetExhausted) and error.allowance == "principal":
                # Other principals may have budget left, so the lease is released, not settled.
                self._best_effort(request, "release", self.leases.release, lease)
            else:
                self._settle(request, lease, classify_error(error).code)
            raise
        except Exception:
            self._settle(request, lease, FAULT)
            raise
        self._settle(request, lease, outcome)
        return result

    def _generate(self, request: KeyRequest) -> tuple[TemplateResult, str]:
        self._check_time_left(request)
        self.quotas.reserve(request.key, request.principal)
        try:
            template = self.drafter.draft(
                request.key,
                request.entry,
                deadline=request.deadline,
                lane=request.lane,
                question=request.question,
            )
        except Exception as error:
            if _did_not_start(error):
                cancel = self.quotas.cancel
                self._best_effort(request, "refund", cancel, request.key, request.principal)
            raise
        self._best_effort(request, "refund", self.quotas.settle, template.tokens)
        result = TemplateResult(program=link_program(template.compiled.program), generated=True)
        return result, DONE if self._write_back(request, template) else "store"

    def _write_back(self, request: KeyRequest, template: GeneratedTemplate) -> bool:
        overlay = Overlay(
            version=request.version,
            program=template.compiled.program,
            text=template.compiled.text,
            model=template.model,
            reviewed=not request.question,
        )
        key = str(request.key)
        self.log.info("written", key=key, model=template.model, tokens=template.tokens)
        return self._best_effort(request, "write back", self.templates.save, request.key, overlay)

    def _settle(self, request: KeyRequest, lease: Lease, outcome: str) -> None:
        keep_s = self.cooldown_s
        self._best_effort(
            request, "settle", lambda: self.leases.settle(lease, outcome, keep_s=keep_s)
        )

    def _best_effort(
        self, request: KeyRequest, step: str, action: Callable[..., object], *arguments: object
    ) -> bool:
        """Try a step that the visitor's answer does not depend on, while there is time."""
        if self.tick() >= request.write_deadline:
            self.log.warning("step failed", step=step, error="no time is left for it")
            return False
        try:
            action(*arguments)
        except StoreError as error:
            self.log.warning("step failed", step=step, error=str(error))
            return False
        return True


def _did_not_start(error: Exception) -> bool:
    """Whether the model did no work before `error`, so that nothing is to be paid."""
    is_engine_free = isinstance(error, EngineUnavailable | EngineBusy)
    return is_engine_free or not isinstance(error, EXPECTED_ERRORS)
