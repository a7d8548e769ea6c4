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
from edgefill.demand.budgets import principal
from edgefill.privacy.masking import mask_names
from edgefill.routing.question import read_question
from edgefill.routing.route import parse_route_header
from edgefill.visit.answer_headers import (
    apply_method_and_conditions,
    build_answer_headers,
    outcome_header,
)
from edgefill.visit.negotiation import choose_locale
from edgefill.visit.query import LOCALE, parse_query, take_question
from edgefill.visit.visit import Visit, VisitorProfile, read_profile, resolve_visit
from lambdas.api.fallback_reason import FAULT, Refusal
from lambdas.api.log import place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.experience import Experience
    from edgefill.identity.trust import Trust
    from lambdas.api.misses import Misses, Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
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
class Inquiry:
    """A request as the catalogue understands it."""

    experience: Experience
    key: Key
    profile: VisitorProfile
    visit: Visit
    question: str = ""  # masked; "" unless it has to be answered by a model
    said: dict[str, object] = field(default_factory=dict)  # of the answer, beside its outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`clock` is the time of day, `tick` a monotonic clock, both in seconds."""

    catalogue: Catalogue
    trust: Trust
    misses: Misses
    pepper: str
    clock: Callable[[], float]
    tick: Callable[[], float]
    log: Any

    def serve(self, request: Request) -> Answer:
        """A text for the visitor, or a refusal of the request; nothing is raised."""
        try:
            answer = self._answer(request)
        except RequestRefused as error:
            self.log.info("refused", error=type(error).__name__)
            answer = build_problem(error)
        except Exception as error:  # a fault of ours; its message could hold what a visitor sent
            self.log.critical("fault", error=type(error).__name__, at=place_of(error))
            return build_problem(EdgefillError("a fault in the API; its log says where"))
        return apply_method_and_conditions(answer, method=request.method)

    def _answer(self, request: Request) -> Answer:
        began = self.tick()
        inquiry = self._inquiry(request)
        served = self.misses.serve(
            inquiry.key, principal=self._principal(request, inquiry), question=inquiry.question
        )
        served, body = self._filled(inquiry, served)
        took = 1000 * (self.tick() - began)
        outcome = _outcome(inquiry, served)
        self.log.info("served", outcome=outcome, ms=round(took, 1))
        headers = build_answer_headers(
            outcome=outcome,
            format=inquiry.experience.format,
            locale=inquiry.key.locale,
            private=True,  # the next visitor's answer is a hit, and should say so
            refusals=inquiry.visit.refusals,
            token_refusal=inquiry.profile.refusal,
            timing={"api": took},
        )
        return Answer(status=200, headers=headers | _when_again(served), body=body)

    def _filled(self, inquiry: Inquiry, served: Served) -> tuple[Served, str]:
        """The text; the fallback's when a fault of ours keeps the template from being filled."""
        try:
            return served, served.program.fill(inquiry.visit.values)
        except Exception as error:
            self.log.critical("fault", error=type(error).__name__, at=place_of(error))
            served = self.misses.fallback(inquiry.key, Refusal(reason=FAULT))
            return served, served.program.fill(inquiry.visit.values)

    def _inquiry(self, request: Request) -> Inquiry:
        if request.experience is None:
            return self._asked(request)
        experience = self.catalogue.entry(request.experience).experience
        if experience.open:
            raise UnknownExperience(f"{experience.id!r} answers questions; send one to /ask")
        query = parse_query(request.query)
        profile = read_profile(request.token, trust=self.trust, now=self.clock())
        asked = resolve_visit(experience, query=query, profile=profile)
        locale = self._locale(request, query, profile)
        resolved = Key(experience=experience.id, locale=locale, case=asked.case)
        given = self._given(request)
        known = given if given and given.experience == experience.id else None
        return Inquiry(experience=experience, key=known or resolved, profile=profile, visit=asked)

    def _asked(self, request: Request) -> Inquiry:
        """A free question: the experience that the edge found for it, or an answer of its own."""
        query, raw = take_question(parse_query(request.query))
        question = read_question(raw)
        if self.catalogue.questions is None:
            raise UnknownExperience("no free questions are answered here; ask for /p/<experience>")
        profile = read_profile(request.token, trust=self.trust, now=self.clock())
        key = self._given(request)
        if key is None or self.catalogue.entry(key.experience).experience.open:
            key = Key(
                experience=self.catalogue.questions.ask.answer,
                locale=self._locale(request, query, profile),
                case=make_question_case(question.digest),
            )
        experience = self.catalogue.entry(key.experience).experience
        return Inquiry(
            experience=experience,
            key=key,
            profile=profile,
            visit=resolve_visit(experience, query={}, profile=profile),
            question=mask_names(question.text) if experience.open else "",
            said=parse_route_header(request.route)
            | ({"reviewed": "false"} if experience.open else {}),
        )

    def _locale(self, request: Request, query: dict[str, str], profile: VisitorProfile) -> str:
        return choose_locale(
            query=query.get(LOCALE),
            token=profile.claims.locale if profile.claims else None,
            accept=request.accept_language,
            offered=self.catalogue.locales,
            default=self.catalogue.default_locale,
            fallbacks=self.catalogue.locale_fallbacks,
        )

    def _given(self, request: Request) -> Key | None:
        """The edge's key, if it is one of the catalogue's."""
        try:
            key = parse_key(request.key)
        except ValueError:
            return None
        return key if self.catalogue.has(key) else None

    def _principal(self, request: Request, inquiry: Inquiry) -> str:
        """Whose budget it is: the token's subject, else the address, hashed."""
        claims = inquiry.profile.claims
        who = f"subject {claims.subject}" if claims else f"address {request.address}"
        return principal(self.pepper, who)


def _outcome(inquiry: Inquiry, served: Served) -> str:
    key = inquiry.key
    if served.refusal:
        return outcome_header(
            "fallback", template=key, reason=served.refusal.reason, **inquiry.said
        )
    generated = str(served.generated).lower()
    return outcome_header("miss", template=key, generated=generated, **inquiry.said)


def _when_again(served: Served) -> dict[str, str]:
    """A fallback is nobody's for long."""
    return {"Retry-After": str(served.refusal.retry_after)} if served.refusal else {}
