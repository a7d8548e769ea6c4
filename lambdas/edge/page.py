"""The page: a program filled for one visit, with the headers that say how."""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.visit.answer_headers import build_answer_headers, outcome_header
from lambdas.edge.event import MAX_RESPONSE, measure_response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.keys import Key
    from edgefill.packs.pack import Pack
    from edgefill.template.program import Program
    from edgefill.visit.visit import Visit
    from lambdas.edge.log import Log
    from lambdas.edge.page_request import PageRequest
    from lambdas.edge.stopwatch import Stopwatch


@value
class Page:
    """All that shapes one answer but the program."""

    key: Key
    pack: Pack
    request: PageRequest
    visit: Visit
    facts: dict[str, object] = {}  # noqa: RUF012 - a record's fields are frozen

    def render_hit(self, program: Program, *, watch: Stopwatch, log: Log) -> Answer | None:
        """A hit; the fallback of one that CloudFront would not take; None when neither fits."""
        if self.visit.refusals:
            log({"event": "slot-default", "key": str(self.key), "slots": self.visit.refusals})
        outcome = outcome_header("hit", template=self.key, release=self.pack.release, **self.facts)
        private = self.visit.private or program.personal or bool(self.request.accept_language)
        answer = self._answer(program, outcome, watch, private=private)
        if fits(answer):
            return answer
        log({"event": "oversize", "key": str(self.key)})
        return self.render_fallback("oversize", watch)

    def render_fallback(self, reason: str, watch: Stopwatch) -> Answer | None:
        """The experience's hand-written text, for this once; None when there is none that fits."""
        outcome = outcome_header("fallback", template=self.key, reason=reason)
        try:
            answer = self._answer(self.pack.link_fallback(), outcome, watch, private=True)
        except ObjectCorrupt:
            return None
        return answer if fits(answer) else None

    def _answer(self, program: Program, outcome: str, watch: Stopwatch, *, private: bool) -> Answer:
        body = program.fill(self.visit.values)
        watch.lap("fill")
        headers = build_answer_headers(
            outcome=outcome,
            format=program.format,
            locale=self.pack.locale,
            private=private,
            refusals=self.visit.refusals,
            token_refusal=self.request.profile.refusal,
            timing=watch.laps,
        )
        return Answer(status=200, headers=headers, body=body)


def fits(answer: Answer) -> bool:
    """Whether CloudFront takes the answer; counted only when it could be too long."""
    return len(answer.body) * 4 < MAX_RESPONSE // 2 or measure_response(answer) <= MAX_RESPONSE
