"""SingleFlight: only one of all concurrent misses of a key generates its template.

1. look in the store
2. acquire the lease, or wait for its holder
3. look again: the holder may have finished
4. generate (generation.py): take the generation out of the quotas, draft, compile, lint and judge
   (edgefill/drafting), write the template back to the overlay
5. settle the lease, which ends the others' wait

If the holder dies, its lease lapses and another miss acquires it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from edgefill.core.errors import BudgetExhausted
from edgefill.demand.leases import DONE, Lease
from edgefill.drafting.writers.guarded_generator import build_open_error
from lambdas.api.fallback_reason import EXPECTED_ERRORS, FAULT, FallbackReason, classify_error
from lambdas.api.generation import TemplateGeneration, check_time_left
from lambdas.api.key_request import KeyRequest, TemplateResult
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import CatalogueEntry
    from edgefill.core.circuit_breaker import CircuitBreaker
    from edgefill.core.keys import Key
    from edgefill.demand.leases import Leases
    from edgefill.demand.principals import Principal
    from lambdas.api.template_lookup import TemplateLookup

FIRST_POLL_S = 0.05
LAST_POLL_S = 0.4
# A holder may still write back for so long after its deadline.
GRACE_S = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFlight:
    """`tick` is monotonic seconds; for `cooldown_s` other requests get the outcome without trying.

    `reserve_s` of a deadline are kept for writing back and settling. `breaker` is the model's.
    """

    templates: TemplateLookup
    generation: TemplateGeneration
    leases: Leases
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
        principal: Principal | None,
        question: str = "",
        is_queued: bool = False,
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
            is_queued=is_queued,
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

    def find(self, key: Key, entry: CatalogueEntry) -> TemplateResult | None:
        """Return the template of `key`, if it is stored or waits to be; StoreError."""
        version = entry.experience.version
        program = self.generation.write_backs.find_program(key, version)
        if program is None and (template := self.templates.find(key, version)):
            program = template.program
        return TemplateResult(program=program, generated=False) if program else None

    def _find(self, request: KeyRequest) -> TemplateResult | None:
        return self.find(request.key, request.entry)

    def _generate_or_wait(self, request: KeyRequest) -> TemplateResult | FallbackReason:
        if not request.is_queued and self.breaker.remaining_s():
            raise build_open_error(self.breaker)
        self.generation.require_roles(request)
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
                background=request.is_queued,
            )
            if isinstance(lease, Lease):
                return lease
            if lease.outcome:
                return lease.outcome
            check_time_left(request, self.tick(), pause)
            self.sleep(pause)
            pause = min(2 * pause, LAST_POLL_S)

    def _generate_under_lease(self, request: KeyRequest, lease: Lease) -> TemplateResult:
        try:
            result, outcome = self._find(request), DONE
            if result is None:
                result, is_stored = self.generation.generate(request)
                outcome = DONE if is_stored else "store"
        except EXPECTED_ERRORS as error:
            is_shared = not isinstance(error, BudgetExhausted) or error.allowance == "key"
            if not is_shared and not request.is_queued:
                # Other principals may have budget left, so the lease is released, not settled.
                # The worker may not delete rows, and visitors take over its lease soon.
                self.generation.best_effort(request, "release", lambda: self.leases.release(lease))
            else:
                self._settle(request, lease, classify_error(error).code)
            raise
        except Exception:
            self._settle(request, lease, FAULT)
            raise
        self._settle(request, lease, outcome)
        return result

    def _settle(self, request: KeyRequest, lease: Lease, outcome: str) -> None:
        self.generation.best_effort(
            request,
            "settle",
            lambda: self.leases.settle(lease, outcome, keep_s=self.cooldown_s),
        )
