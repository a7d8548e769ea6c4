"""MissService: gives each visitor of a missed key a text, generated or the fallback."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.core.errors import BudgetExhausted, StoreError
from edgefill.demand.queue import GenerationJob
from edgefill.template.program import Program, link_program
from lambdas.api.fallback_reason import COLD, FallbackReason, classify_error
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
    from edgefill.core.keys import Key
    from edgefill.demand.counts import DemandCounts
    from edgefill.demand.principals import Principal
    from edgefill.demand.questions import QuestionTexts
    from edgefill.demand.queue import JobQueue
    from edgefill.demand.waking import GpuWaker
    from lambdas.api.key_request import TemplateResult
    from lambdas.api.quotas import Quotas
    from lambdas.api.single_flight import SingleFlight
    from lambdas.api.write_backs import WriteBacks


class FallbackPrograms:
    """The compiled hand-written text of every experience in every locale.

    All are compiled at the start (80 ms for 32), so that an invalid one is found before the first
    visitor; TemplateRefused names its file.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        compiled = compile_fallbacks(catalogue)
        self._programs = {place: link_program(each.program) for place, each in compiled.items()}

    def get(self, experience: str, locale: str) -> Program:
        """The program of an experience's fallback."""
        return self._programs[experience, locale]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissResult:
    """A program to fill; `fallback_reason` says why it is only the fallback."""

    program: Program
    generated: bool = False
    fallback_reason: FallbackReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissService:
    """`deadline_s` limits a visitor's wait, counting included; `tick` is monotonic seconds.

    A deferred write-back is tried again while more than `reserve_s` of the wait are left.
    `questions` is None unless the texts of free questions may be stored, `waker` unless this
    process may start the GPU service.
    """

    catalogue_version: str
    single_flight: SingleFlight
    fallbacks: FallbackPrograms
    write_backs: WriteBacks
    quotas: Quotas
    counts: DemandCounts
    queue: JobQueue
    log: Any
    deadline_s: float
    reserve_s: float
    tick: Callable[[], float]
    questions: QuestionTexts | None = None
    waker: GpuWaker | None = None

    def resolve(
        self, key: Key, entry: CatalogueEntry, *, principal: Principal, question: str = ""
    ) -> MissResult:
        """Return the template of `key`; if there is none in time, its fallback, and queue the key.

        A key that waits for a person, a question that the writer cannot answer, and what the
        principal has no budget for are not queued. Of a question beyond the principal's hourly
        questions nothing is stored.

        `question` is the masked text of a free question, else "".
        """
        end = self.tick() + self.deadline_s
        result = self._refuse_question(key, entry, principal) if question else None
        if result is None:
            self._record(key, question)
            result = self.single_flight.get_or_generate(
                key,
                entry,
                within_s=end - self.tick(),
                principal=principal,
                question=question,
            )
        if isinstance(result, FallbackReason):
            return self._fall_back(key, result, principal, question)
        self.write_backs.flush(until=end - self.reserve_s)
        return MissResult(program=result.program, generated=result.generated)

    def _refuse_question(
        self, key: Key, entry: CatalogueEntry, principal: Principal
    ) -> TemplateResult | FallbackReason | None:
        """Return None if the principal may ask; else what is stored for `key`, or why not."""
        try:
            self.quotas.admit_question(principal)
        except (BudgetExhausted, StoreError) as error:
            try:
                return self.single_flight.find(key, entry) or classify_error(error)
            except StoreError:
                return classify_error(error)
        return None

    def _record(self, key: Key, question: str) -> None:
        """Count the miss, and store the text of its question if that is enabled."""
        self._best_effort("not counted", key, lambda: self.counts.add(str(key)))
        if question and self.questions is not None:
            save = self.questions.save
            self._best_effort("not kept", key, lambda: save(str(key), question))

    def _fall_back(
        self, key: Key, reason: FallbackReason, principal: Principal, question: str
    ) -> MissResult:
        if not reason.is_final and self._pays_for_queueing(key, principal):
            self._queue(key, reason, question, principal)
        if self.waker is not None and reason.code == COLD:
            self._best_effort("gpu not woken", key, partial(self._wake, self.waker))
        return self.use_fallback(key, reason)

    def _pays_for_queueing(self, key: Key, principal: Principal) -> bool:
        """Whether the principal pays; nobody does when the budgets cannot be reached."""
        try:
            self.quotas.pay_for_queueing(key, principal)
        except BudgetExhausted:
            return False
        except StoreError:
            return True
        return True

    def _wake(self, waker: GpuWaker) -> None:
        if action := waker.wake():
            self.log.info("gpu woken", action=action)

    def _queue(self, key: Key, reason: FallbackReason, question: str, principal: Principal) -> None:
        """Queue `key`, after the key from whose text its own is made, if that is missing."""
        for name in filter(None, (reason.source, str(key))):
            job = GenerationJob(
                key=name,
                version=self.catalogue_version,
                question=question,
                principal=str(principal),
            )
            self._best_effort("not queued", key, partial(self.queue.send, job))

    def use_fallback(self, key: Key, reason: FallbackReason) -> MissResult:
        """Return the experience's fallback in the place of the template."""
        program = self.fallbacks.get(key.experience, key.locale)
        return MissResult(program=program, fallback_reason=reason)

    def _best_effort(self, event: str, key: Key, action: Callable[[], object]) -> None:
        """Do a step that the visitor's answer does not depend on; log `event` if it fails."""
        try:
            action()
        except StoreError as error:
            self.log.warning(event, key=str(key), error=str(error))
        except Exception as error:
            # A defect of ours: its message could hold anything, so it is not logged.
            kind, place = type(error).__name__, locate_error(error)
            self.log.critical(event, key=str(key), error=kind, at=place)
