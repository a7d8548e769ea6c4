"""The page: a program filled for one visit, with the headers that say how."""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.visit.answer_headers import answer_headers, describe
from lambdas.edge.event import MAX_RESPONSE, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.keys import Key
    from edgefill.packs.pack import Pack
    from edgefill.template.program import Program
    from edgefill.visit.visit import Visit
    from lambdas.edge.log import Log
    from lambdas.edge.page_request import Inquiry
    from lambdas.edge.stopwatch import Stopwatch


@value
class Page:
    """All that shapes one answer but the program."""

    key: Key
    pack: Pack
    inquiry: Inquiry
    visit: Visit
    said: dict[str, object] = {}  # noqa: RUF012 - a record's fields are frozen

    def served(self, program: Program, *, watch: Stopwatch, log: Log) -> Answer | None:
        """A hit; the fallback of one that CloudFront would not take; None when neither fits."""
        if self.visit.refused:
            log({"event": "slot-default", "key": str(self.key), "slots": self.visit.refused})
        outcome = describe("hit", template=self.key, release=self.pack.release, **self.said)
        private = self.visit.private or program.personal or bool(self.inquiry.accept_language)
        answer = self._answer(program, outcome, watch, private=private)
        if fits(answer):
            return answer
        log({"event": "oversize", "key": str(self.key)})
        return self.fallback("oversize", watch)

    def fallback(self, reason: str, watch: Stopwatch) -> Answer | None:
        """The experience's hand-written text, for this once; None when there is none that fits."""
        outcome = describe("fallback", template=self.key, reason=reason)
        try:
            answer = self._answer(self.pack.fallback(), outcome, watch, private=True)
        except ObjectCorrupt:
            return None
        return answer if fits(answer) else None

    def _answer(self, program: Program, outcome: str, watch: Stopwatch, *, private: bool) -> Answer:
        body = program.fill(self.visit.values)
        watch.lap("fill")
        headers = answer_headers(
            outcome=outcome,
            format=program.format,
            locale=self.pack.locale,
            private=private,
            refused=self.visit.refused,
            token_refused=self.inquiry.profile.refused,
            timing=watch.laps,
        )
        return Answer(status=200, headers=headers, body=body)


def fits(answer: Answer) -> bool:
    """Whether CloudFront takes the answer; counted only when it could be too long."""
    return len(answer.body) * 4 < MAX_RESPONSE // 2 or size_of(answer) <= MAX_RESPONSE
