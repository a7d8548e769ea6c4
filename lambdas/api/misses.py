"""Misses: what a visitor gets whose template is not at the edge. Always something to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import StoreError
from edgefill.demand.queue import GenerationJob
from lambdas.api.fallback_reason import FallbackReason
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.keys import Key
    from edgefill.demand.counts import DemandCounts
    from edgefill.demand.questions import QuestionTexts
    from edgefill.demand.queue import JobQueue
    from edgefill.template.program import Program
    from lambdas.api.fallbacks import FallbackPrograms
    from lambdas.api.single_flight import SingleFlight


@dataclass(frozen=True, slots=True, kw_only=True)
class MissResult:
    """A program to fill; `refusal` says why it is only the fallback."""

    program: Program
    generated: bool = False
    fallback_reason: FallbackReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissService:
    """`deadline_s` bounds what a visitor waits, counting included; `tick` is monotonic seconds.

    `questions` is None unless the words of free questions may be kept.
    """

    catalogue: Catalogue
    single_flight: SingleFlight
    fallbacks: FallbackPrograms
    counts: DemandCounts
    queue: JobQueue
    log: Any
    deadline_s: float
    tick: Callable[[], float]
    questions: QuestionTexts | None = None

    def resolve(self, key: Key, *, principal: str, question: str = "") -> MissResult:
        """The template of `key`, or its fallback, and the key queued, when none can be had.

        `question` is the masked text behind the key of a free question.
        """
        end = self.tick() + self.deadline_s
        self._best_effort("not counted", key, lambda: self.counts.add(str(key)))
        if question and self.questions is not None:
            keep = self.questions.save
            self._best_effort("not kept", key, lambda: keep(str(key), question))
        resolved = self.single_flight.get_or_generate(
            key, within_s=end - self.tick(), principal=principal, question=question
        )
        if isinstance(resolved, FallbackReason):
            job = GenerationJob(key=str(key), version=self.catalogue.version, question=question)
            self._best_effort("not queued", key, lambda: self.queue.send(job))
            return self.render_fallback(key, resolved)
        return MissResult(program=resolved.program, generated=resolved.generated)

    def render_fallback(self, key: Key, reason: FallbackReason) -> MissResult:
        """The hand-written text in the place of the template."""
        program = self.fallbacks.get(key.experience, key.locale)
        return MissResult(program=program, fallback_reason=reason)

    def _best_effort(self, event: str, key: Key, do: Callable[[], object]) -> None:
        """Do what is not worth a visitor's answer."""
        try:
            do()
        except StoreError as error:
            self.log.warning(event, key=str(key), error=str(error))
        except Exception as error:  # a fault of ours; its message could hold anything
            self.log.critical(
                event, key=str(key), error=type(error).__name__, at=locate_error(error)
            )
