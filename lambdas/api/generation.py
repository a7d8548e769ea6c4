"""TemplateGeneration: generates the template of one key under its lease, and stores it.

The template goes to the overlay if the judge passed it. A text that the judge could not score is
held for a person; a text that failed is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    JudgeUnavailable,
    NotPublishable,
    SourceMissing,
    StoreError,
)
from edgefill.core.value import replace
from edgefill.drafting.abstention import require_writer
from edgefill.drafting.drafting_task import SourceText
from edgefill.release.held_texts import HeldText
from edgefill.release.overlay import build_overlay
from edgefill.template.program import link_program
from lambdas.api.fallback_reason import EXPECTED_ERRORS, HELD
from lambdas.api.key_request import KeyRequest, TemplateResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.core.circuit_breaker import CircuitBreaker
    from edgefill.drafting.attempts import Attempts
    from edgefill.drafting.candidate import Candidate
    from edgefill.drafting.miss_drafter import MissDrafter
    from lambdas.api.quotas import Quotas, Reservation
    from lambdas.api.template_lookup import TemplateLookup
    from lambdas.api.write_backs import WriteBacks


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateGeneration:
    """Drafts, judges and stores; `tick` is monotonic seconds.

    While `judge_breaker` is open no text could pass, so none is generated.
    """

    drafter: MissDrafter
    templates: TemplateLookup
    write_backs: WriteBacks
    quotas: Quotas
    judge_breaker: CircuitBreaker
    tick: Callable[[], float]
    log: Any

    def generate(self, request: KeyRequest) -> tuple[TemplateResult, bool]:
        """Return the template and whether it is stored.

        NotPublishable if the judge did not pass it; TemplateRefused, GenerationError, StoreError.
        """
        check_time_left(request, self.tick())
        if self.templates.is_held(request.key, request.version):
            raise NotPublishable(f"{request.key}: its text waits for review", is_held=True)
        check_time_left(request, self.tick())
        reservation = self.quotas.reserve(
            request.key,
            request.principal,
            is_question=bool(request.question),
            is_queued=request.is_queued,
        )
        attempts = self._draft(request, reservation)
        is_stored = self._save(request, attempts)  # before the refund: a text is worth more
        self.best_effort(
            request, "refund", lambda: self.quotas.settle(reservation, attempts.tokens)
        )
        if attempts.best is None:
            raise attempts.find_error()
        program = link_program(attempts.best.accept().compiled.program)
        return TemplateResult(program=program, generated=True), is_stored

    def best_effort(self, request: KeyRequest, step: str, action: Callable[[], object]) -> bool:
        """Try a step that the visitor's answer does not depend on, while there is time."""
        if self.tick() >= request.write_deadline:
            self.log.warning("step failed", step=step, error="no time is left for it")
            return False
        try:
            action()
        except StoreError as error:
            self.log.warning("step failed", step=step, error=str(error))
            return False
        return True

    def require_roles(self, request: KeyRequest) -> None:
        """Raise WriterAbstained or JudgeUnavailable if no text could come of `request`."""
        if request.question:
            require_writer(answers_questions=self.drafter.drafter.roles.answers_questions)
        if pause_s := self.judge_breaker.remaining_s():
            raise JudgeUnavailable(
                "the judge failed recently; nothing is generated (circuit breaker open)",
                retry_after=int(pause_s) + 1,
            )

    def _draft(self, request: KeyRequest, reservation: Reservation) -> Attempts:
        try:
            return self.drafter.draft(
                request.key,
                request.entry,
                deadline=request.deadline,
                lane=request.lane,
                question=request.question,
                source=self._find_source(request),
            )
        except Exception as error:
            if _did_not_start(error):
                self.best_effort(request, "refund", lambda: self.quotas.cancel(reservation))
            raise

    def _find_source(self, request: KeyRequest) -> SourceText | None:
        """The accepted text of which a derived experience's is made; None: it is drafted."""
        id_ = request.entry.derived_from
        if not id_ or self.drafter.drafter.roles.transformer is None:
            return None
        entry = self.drafter.drafter.catalogue.entry(id_)
        key = replace(request.key, experience=id_)
        text = self.templates.find_text(key, entry.experience.version)
        if text is None:
            raise SourceMissing(f"{request.key}: {key} has no accepted text yet", source=str(key))
        return SourceText(text=text, entry=entry)

    def _save(self, request: KeyRequest, attempts: Attempts) -> bool:
        """Write the accepted text back, or hold the unscored one; whether it can be found."""
        if attempts.best is None:
            self._hold(request, attempts.held)
            return False
        key, candidate = request.key, attempts.best
        model = candidate.provenance.model
        self.log.info("written", key=str(key), model=model, tokens=attempts.tokens)
        overlay = build_overlay(
            candidate.accept(), version=request.version, reviewed=not request.question
        )
        return self.write_backs.save(
            key, overlay, until=request.write_deadline, is_queued=request.is_queued
        )

    def _hold(self, request: KeyRequest, candidate: Candidate | None) -> None:
        """Save a text that the judge could not score, for a person."""
        if candidate is None or candidate.judgement is None:
            return
        self.log.info(HELD, key=str(request.key), reason=candidate.judgement.reason)
        held = HeldText(
            key=request.key,
            version=request.version,
            text=candidate.text,
            provenance=candidate.provenance,
            verdict=candidate.judgement,
        )
        self.best_effort(request, "hold", lambda: self.templates.hold(held))


def check_time_left(request: KeyRequest, now: float, pause: float = 0.0) -> None:
    """Raise EngineTimeout if the deadline comes within `pause` seconds."""
    if now + pause >= request.deadline:
        raise EngineTimeout(f"{request.key}: no time is left to generate it or to wait for it")


def _did_not_start(error: Exception) -> bool:
    """Whether the model did no work before `error`, so that nothing is to be paid."""
    is_engine_free = isinstance(error, EngineUnavailable | EngineBusy | SourceMissing)
    return is_engine_free or not isinstance(error, EXPECTED_ERRORS)
