"""Fill a program for one visit; where there is no program that fits, the API gets a miss."""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.visit.answer_headers import build_answer_headers, outcome_header
from edgefill.visit.page_request import KEY_HEADER, PROFILE_HEADER, ROUTE_HEADER
from edgefill.visit.profile import join_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgefill.core.keys import Key
    from edgefill.packs.pack import Pack
    from edgefill.template.program import Program
    from edgefill.visit.page_request import PageRequest
    from edgefill.visit.resolve import Visit
    from lambdas.edge.telemetry import Log, Stopwatch

# Bytes of headers and body that an origin-request function may generate (AWS, Amazon CloudFront
# Developer Guide: "Restrictions on all edge functions", edge-function-restrictions-all.html).
MAX_RESPONSE = 1_048_576


@value
class Page:
    """All that shapes one answer, except the program; `outcome_fields` are added to X-Edgefill."""

    pack: Pack
    request: PageRequest
    visit: Visit
    outcome_fields: dict[str, object] = {}  # noqa: RUF012 - a record's fields are frozen

    def render_hit(self, program: Program, *, watch: Stopwatch, log: Log) -> Answer | None:
        """The filled program, else the fallback if CloudFront takes only that, else None."""
        visit = self.visit
        if visit.refusals:
            log({"event": "slot-default", "key": str(visit.key), "slots": visit.refusals})
        outcome = outcome_header(
            "hit", template=visit.key, release=self.pack.release, **self.outcome_fields
        )
        private = visit.private or program.personal or bool(self.request.accept_language)
        answer = self._render(program, outcome, watch, private=private)
        if fits_response(answer):
            return answer
        log({"event": "oversize", "key": str(visit.key)})
        return self.render_fallback("oversize", watch)

    def render_fallback(self, reason: str, watch: Stopwatch) -> Answer | None:
        """The experience's hand-written text, never cached; None if it is corrupt or too long."""
        outcome = outcome_header("fallback", template=self.visit.key, reason=reason)
        try:
            answer = self._render(self.pack.link_fallback(), outcome, watch, private=True)
        except ObjectCorrupt:
            return None
        return answer if fits_response(answer) else None

    def _render(self, program: Program, outcome: str, watch: Stopwatch, *, private: bool) -> Answer:
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


@value
class EdgeMiss:
    """A request for the API to answer; `key` is None when it could not be resolved.

    `route` is the outcome of routing a question, for the answer's X-Edgefill. `page` is what the
    fallback is filled into, if it was resolved.
    """

    key: Key | None = None
    route: str = ""
    page: Page | None = None

    def to_headers(self, tokens: Sequence[str]) -> dict[str, str]:
        """The headers that forward the miss, with the candidates that a header can hold."""
        headers = {
            KEY_HEADER: str(self.key or ""),
            ROUTE_HEADER: self.route,
            PROFILE_HEADER: join_tokens(tokens),
        }
        return {name: text for name, text in headers.items() if text}


def fits_response(answer: Answer) -> bool:
    """Whether CloudFront takes the answer; its bytes are counted only when it could be too long."""
    return len(answer.body) * 4 < MAX_RESPONSE // 2 or measure_response(answer) <= MAX_RESPONSE


def measure_response(answer: Answer) -> int:
    """Bytes of a generated response: the body and the headers."""
    headers = sum(len(name) + len(text) + 4 for name, text in answer.headers.items())
    return headers + len(answer.body.encode())
