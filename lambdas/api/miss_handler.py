"""MissHandler: answers one request that the edge could not, whatever transport carries it.

The edge has resolved the key and verified the token. The API trusts neither: it verifies the token
again, and resolves the key itself if the catalogue does not have the edge's key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edgefill.core.answer import Answer
from edgefill.core.cases import make_question_case
from edgefill.core.errors import EdgefillError, RequestRefused, UnknownExperience
from edgefill.core.keys import Key, parse_key
from edgefill.core.problem import build_problem
from edgefill.demand.principals import identify_address, identify_subject
from edgefill.privacy.masking import mask_names
from edgefill.routing.question import key_digest, read_question
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

    from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
    from edgefill.demand.principals import Principal
    from edgefill.identity.trust import Trust
    from edgefill.visit.page_request import PageRequest
    from edgefill.visit.profile import VisitorProfile
    from edgefill.visit.resolve import Visit
    from lambdas.api.miss_service import MissResult, MissService


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRequest:
    """A request as it reached the API; the edge has set `key`, `route` and `tokens`.

    `experience` is None for a free question. `address` is the viewer's.
    """

    method: str
    experience: str | None
    query: str
    key: str = ""
    route: str = ""
    tokens: tuple[str, ...] = ()
    accept_language: str = ""
    if_none_match: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRequest:
    """A request with the key and the catalogue entry that answer it.

    `question` is the masked text if a model has to answer it, else "". The outcome header repeats
    `outcome_fields`.
    """

    entry: CatalogueEntry
    key: Key
    profile: VisitorProfile
    visit: Visit
    question: str = ""
    outcome_fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissHandler:
    """`clock` is the time of day, `tick` a monotonic clock, both in seconds."""

    catalogue: Catalogue
    trust: Trust
    misses: MissService
    pepper: str
    question_key: str
    clock: Callable[[], float]
    tick: Callable[[], float]
    log: Any

    def serve(self, request: MissRequest) -> Answer:
        """Return a text for the visitor, or a problem if the request is invalid; never raises."""
        try:
            answer = self._answer(request)
        except RequestRefused as error:
            self.log.info("refused", error=type(error).__name__)
            answer = build_problem(error)
        except Exception as error:
            # A defect of ours: its message could hold what a visitor sent, so it is not logged.
            self.log.critical("fault", error=type(error).__name__, at=locate_error(error))
            return build_problem(EdgefillError("a defect in the API; its log names the place"))
        return apply_method_and_conditions(answer, method=request.method)

    def _answer(self, request: MissRequest) -> Answer:
        began = self.tick()
        resolved = self._resolve_request(request)
        result = self.misses.resolve(
            resolved.key,
            resolved.entry,
            principal=self._identify_principal(request, resolved),
            question=resolved.question,
        )
        result, body = self._fill(resolved, result)
        elapsed_ms = 1000 * (self.tick() - began)
        outcome = _render_outcome(resolved, result)
        if refusals := resolved.visit.refusals:
            self.log.info("slot-default", key=str(resolved.key), slots=refusals)
        self.log.info("served", outcome=outcome, ms=round(elapsed_ms, 1))
        headers = build_answer_headers(
            outcome=outcome,
            format=resolved.entry.experience.format,
            locale=resolved.key.locale,
            # The answer is not cached: the next visitor gets a hit, and its header should say so.
            private=True,
            refusals=resolved.visit.refusals,
            token_refusal=resolved.profile.refusal,
            timing={"api": elapsed_ms},
        )
        return Answer(status=200, headers=headers | _build_retry_header(result), body=body)

    def _fill(self, resolved: ResolvedRequest, result: MissResult) -> tuple[MissResult, str]:
        """Fill the template; fill the fallback instead if a defect prevents that."""
        try:
            return result, result.program.fill(resolved.visit.values)
        except Exception as error:
            self.log.critical("fault", error=type(error).__name__, at=locate_error(error))
            result = self.misses.use_fallback(resolved.key, FallbackReason(code=FAULT))
            return result, result.program.fill(resolved.visit.values)

    def _resolve_request(self, request: MissRequest) -> ResolvedRequest:
        if request.experience is None:
            return self._resolve_question(request)
        entry = self.catalogue.entry(request.experience)
        experience = entry.experience
        if experience.open:
            raise UnknownExperience(f"{experience.id!r} answers questions; send one to /ask")
        page_request = self._read_page_request(request)
        visit = resolve_visit(page_request, experience, self._resolve_locale(page_request))
        edge_key = self._read_edge_key(request)
        is_usable = edge_key is not None and edge_key.experience == experience.id
        return ResolvedRequest(
            entry=entry,
            key=edge_key if edge_key and is_usable else visit.key,
            profile=page_request.profile,
            visit=visit,
        )

    def _resolve_question(self, request: MissRequest) -> ResolvedRequest:
        """Resolve a free question to the experience of the edge's key, or to its own answer."""
        page_request = self._read_page_request(request)
        question = read_question(page_request.question or "")
        if self.catalogue.questions is None:
            raise UnknownExperience("free questions are not answered here; request /p/<experience>")
        key = self._read_edge_key(request)
        entry = self.catalogue.entry(key.experience) if key else None
        if key is None or entry is None or entry.experience.open:
            key = Key(
                experience=self.catalogue.questions.ask.answer,
                locale=self._resolve_locale(page_request),
                case=make_question_case(key_digest(self.question_key, question.digest)),
            )
            entry = self.catalogue.entry(key.experience)
        experience = entry.experience
        return ResolvedRequest(
            entry=entry,
            key=key,
            profile=page_request.profile,
            visit=resolve_visit(page_request, experience, key.locale, case=key.case),
            question=mask_names(question.text) if experience.open else "",
            outcome_fields=parse_route_header(request.route)
            | ({"reviewed": "false"} if experience.open else {}),
        )

    def _read_page_request(self, request: MissRequest) -> PageRequest:
        return read_page_request(
            request.experience,
            query=request.query,
            tokens=request.tokens,
            accept_language=request.accept_language,
            trust=self.trust,
            now=self.clock(),
        )

    def _resolve_locale(self, page_request: PageRequest) -> str:
        return resolve_locale(page_request, self.catalogue.locales, self.catalogue)

    def _read_edge_key(self, request: MissRequest) -> Key | None:
        """Return the edge's key if the catalogue has it."""
        try:
            key = parse_key(request.key)
        except ValueError:
            return None
        return key if self.catalogue.has(key) else None

    def _identify_principal(self, request: MissRequest, resolved: ResolvedRequest) -> Principal:
        """Return whose budget is used: the token's subject, or the viewer's address."""
        claims = resolved.profile.claims
        if claims:
            return identify_subject(self.pepper, claims.subject)
        return identify_address(self.pepper, request.address)


def _render_outcome(resolved: ResolvedRequest, result: MissResult) -> str:
    key = resolved.key
    if result.fallback_reason:
        return outcome_header(
            "fallback", template=key, reason=result.fallback_reason.code, **resolved.outcome_fields
        )
    generated = str(result.generated).lower()
    return outcome_header("miss", template=key, generated=generated, **resolved.outcome_fields)


def _build_retry_header(result: MissResult) -> dict[str, str]:
    """Return Retry-After for a fallback."""
    reason = result.fallback_reason
    return {"Retry-After": str(reason.retry_after)} if reason else {}
