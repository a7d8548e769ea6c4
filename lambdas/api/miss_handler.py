"""The desk: one request in, one answer out, whatever carries them.

The edge has resolved the key and verified the token already. Neither is taken on trust: the token
is verified again, and a key that the catalogue does not know is resolved anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edgefill.core.answer import Answer
from edgefill.core.cases import make_question_case
from edgefill.core.errors import EdgefillError, RequestRefused, UnknownExperience
from edgefill.core.keys import Key, parse_key
from edgefill.core.problem import build_problem
from edgefill.demand.budgets import hash_principal
from edgefill.privacy.masking import mask_names
from edgefill.routing.question import read_question
from edgefill.routing.route import parse_route_header
from edgefill.visit.answer_headers import (
    apply_method_and_conditions,
    build_answer_headers,
    outcome_header,
)
from edgefill.visit.page_request import read_page_request
from edgefill.visit.resolve import resolve_locale, resolve_visit
from lambdas.api.fallback_reason import FAULT, FallbackReason
from lambdas.api.log import locate_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.experience import Experience
    from edgefill.identity.trust import Trust
    from edgefill.visit.page_request import PageRequest
    from edgefill.visit.profile import VisitorProfile
    from edgefill.visit.resolve import Visit
    from lambdas.api.misses import MissResult, MissService


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRequest:
    """What reached the API: `key`, `route` and `token` are from the edge.

    No `experience`: a free question. `address` is the viewer's.
    """

    method: str
    experience: str | None
    query: str
    key: str = ""
    route: str = ""
    token: str | None = None
    accept_language: str = ""
    if_none_match: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRequest:
    """A request as the catalogue understands it."""

    experience: Experience
    key: Key
    profile: VisitorProfile
    visit: Visit
    question: str = ""  # masked; "" unless it has to be answered by a model
    outcome_fields: dict[str, object] = field(
        default_factory=dict
    )  # of the answer, beside its outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class MissHandler:
    """`clock` is the time of day, `tick` a monotonic clock, both in seconds."""

    catalogue: Catalogue
    trust: Trust
    misses: MissService
    pepper: str
    clock: Callable[[], float]
    tick: Callable[[], float]
    log: Any

    def serve(self, request: MissRequest) -> Answer:
        """A text for the visitor, or a refusal of the request; nothing is raised."""
        try:
            answer = self._answer(request)
        except RequestRefused as error:
            self.log.info("refused", error=type(error).__name__)
            answer = build_problem(error)
        except Exception as error:  # a fault of ours; its message could hold what a visitor sent
            self.log.critical("fault", error=type(error).__name__, at=locate_error(error))
            return build_problem(EdgefillError("a fault in the API; its log says where"))
        return apply_method_and_conditions(answer, method=request.method)

    def _answer(self, request: MissRequest) -> Answer:
        began = self.tick()
        resolved = self._resolve_request(request)
        result = self.misses.resolve(
            resolved.key,
            principal=self._identify_principal(request, resolved),
            question=resolved.question,
        )
        result, body = self._fill(resolved, result)
        took = 1000 * (self.tick() - began)
        outcome = _render_outcome(resolved, result)
        self.log.info("served", outcome=outcome, ms=round(took, 1))
        headers = build_answer_headers(
            outcome=outcome,
            format=resolved.experience.format,
            locale=resolved.key.locale,
            private=True,  # the next visitor's answer is a hit, and should say so
            refusals=resolved.visit.refusals,
            token_refusal=resolved.profile.refusal,
            timing={"api": took},
        )
        return Answer(status=200, headers=headers | _build_retry_header(result), body=body)

    def _fill(self, resolved: ResolvedRequest, result: MissResult) -> tuple[MissResult, str]:
        """The text; the fallback's when a fault of ours keeps the template from being filled."""
        try:
            return result, result.program.fill(resolved.visit.values)
        except Exception as error:
            self.log.critical("fault", error=type(error).__name__, at=locate_error(error))
            result = self.misses.use_fallback(resolved.key, FallbackReason(word=FAULT))
            return result, result.program.fill(resolved.visit.values)

    def _resolve_request(self, request: MissRequest) -> ResolvedRequest:
        if request.experience is None:
            return self._resolve_question(request)
        experience = self.catalogue.entry(request.experience).experience
        if experience.open:
            raise UnknownExperience(f"{experience.id!r} answers questions; send one to /ask")
        page_request = self._read(request)
        visit = resolve_visit(page_request, experience, self._resolve_locale(page_request))
        edge_key = self._read_edge_key(request)
        known = edge_key if edge_key and edge_key.experience == experience.id else None
        return ResolvedRequest(
            experience=experience,
            key=known or visit.key,
            profile=page_request.profile,
            visit=visit,
        )

    def _resolve_question(self, request: MissRequest) -> ResolvedRequest:
        """A free question: the experience that the edge found for it, or an answer of its own."""
        page_request = self._read(request)
        question = read_question(page_request.question or "")
        if self.catalogue.questions is None:
            raise UnknownExperience("no free questions are answered here; ask for /p/<experience>")
        key = self._read_edge_key(request)
        if key is None or self.catalogue.entry(key.experience).experience.open:
            key = Key(
                experience=self.catalogue.questions.ask.answer,
                locale=self._resolve_locale(page_request),
                case=make_question_case(question.digest),
            )
        experience = self.catalogue.entry(key.experience).experience
        return ResolvedRequest(
            experience=experience,
            key=key,
            profile=page_request.profile,
            visit=resolve_visit(page_request, experience, key.locale, case=key.case),
            question=mask_names(question.text) if experience.open else "",
            outcome_fields=parse_route_header(request.route)
            | ({"reviewed": "false"} if experience.open else {}),
        )

    def _read(self, request: MissRequest) -> PageRequest:
        return read_page_request(
            request.experience,
            query=request.query,
            token=request.token,
            accept_language=request.accept_language,
            trust=self.trust,
            now=self.clock(),
        )

    def _resolve_locale(self, page_request: PageRequest) -> str:
        return resolve_locale(page_request, self.catalogue.locales, self.catalogue)

    def _read_edge_key(self, request: MissRequest) -> Key | None:
        """The edge's key, if it is one of the catalogue's."""
        try:
            key = parse_key(request.key)
        except ValueError:
            return None
        return key if self.catalogue.has(key) else None

    def _identify_principal(self, request: MissRequest, resolved: ResolvedRequest) -> str:
        """Whose budget it is: the token's subject, else the address, hashed."""
        claims = resolved.profile.claims
        who = f"subject {claims.subject}" if claims else f"address {request.address}"
        return hash_principal(self.pepper, who)


def _render_outcome(resolved: ResolvedRequest, result: MissResult) -> str:
    key = resolved.key
    if result.fallback_reason:
        return outcome_header(
            "fallback", template=key, reason=result.fallback_reason.word, **resolved.outcome_fields
        )
    generated = str(result.generated).lower()
    return outcome_header("miss", template=key, generated=generated, **resolved.outcome_fields)


def _build_retry_header(result: MissResult) -> dict[str, str]:
    """A fallback is nobody's for long."""
    return (
        {"Retry-After": str(result.fallback_reason.retry_after)} if result.fallback_reason else {}
    )
