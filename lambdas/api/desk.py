"""The desk: one request in, one answer out, whatever carries them.

The edge has resolved the key and verified the token already. Neither is taken on trust: the token
is verified again, and a key that the catalogue does not know is resolved anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.api.log import place_of
from lambdas.api.refusal import FAULT, Refusal
from lambdas.core.answer import Answer, answer_headers, delivered, describe
from lambdas.core.errors import EdgefillError, RequestRefused
from lambdas.core.keys import Key, parse_key
from lambdas.core.negotiation import choose_locale
from lambdas.core.problem import problem
from lambdas.core.query import LOCALE, parse_query
from lambdas.core.visit import Profile, Visit, read_profile, visit
from lambdas.demand.budgets import principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.api.miss import Misses, Served
    from lambdas.catalogue.catalogue import Catalogue
    from lambdas.core.experience import Experience
    from lambdas.core.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What reached the API: `key` and `token` are from the edge, `address` is the viewer's."""

    method: str
    experience: str
    query: str
    key: str = ""
    token: str | None = None
    accept_language: str = ""
    if_none_match: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A request as the catalogue understands it."""

    experience: Experience
    key: Key
    profile: Profile
    visit: Visit


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
            answer = problem(error)
        except Exception as error:  # a fault of ours; its message could hold what a visitor sent
            self.log.critical("fault", error=type(error).__name__, at=place_of(error))
            return problem(EdgefillError("a fault in the API; its log says where"))
        return delivered(answer, method=request.method)

    def _answer(self, request: Request) -> Answer:
        began = self.tick()
        inquiry = self._inquiry(request)
        served = self.misses.serve(inquiry.key, principal=self._principal(request, inquiry))
        served, body = self._filled(inquiry, served)
        took = 1000 * (self.tick() - began)
        outcome = _outcome(inquiry.key, served)
        self.log.info("served", outcome=outcome, ms=round(took, 1))
        headers = answer_headers(
            outcome=outcome,
            format=inquiry.experience.format,
            locale=inquiry.key.locale,
            private=True,  # the next visitor's answer is a hit, and should say so
            refused=inquiry.visit.refused,
            token_refused=inquiry.profile.refused,
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
        experience = self.catalogue.entry(request.experience).experience
        query = parse_query(request.query)
        profile = read_profile(request.token, trust=self.trust, now=self.clock())
        asked = visit(experience, query=query, profile=profile)
        locale = choose_locale(
            query=query.get(LOCALE),
            token=profile.claims.locale if profile.claims else None,
            accept=request.accept_language,
            offered=self.catalogue.locales,
            default=self.catalogue.default_locale,
            fallbacks=self.catalogue.fallbacks,
        )
        resolved = Key(experience=experience.id, locale=locale, case=asked.case)
        return Inquiry(
            experience=experience,
            key=self._known(request.key, experience) or resolved,
            profile=profile,
            visit=asked,
        )

    def _known(self, given: str, experience: Experience) -> Key | None:
        """The edge's key, if it is one of this experience's."""
        try:
            key = parse_key(given)
        except ValueError:
            return None
        sound = (
            key.experience == experience.id
            and key.locale in self.catalogue.locales
            and key.case in experience.cases.written
        )
        return key if sound else None

    def _principal(self, request: Request, inquiry: Inquiry) -> str:
        """Whose budget it is: the token's subject, else the address, hashed."""
        claims = inquiry.profile.claims
        who = f"subject {claims.subject}" if claims else f"address {request.address}"
        return principal(self.pepper, who)


def _outcome(key: Key, served: Served) -> str:
    if served.refusal:
        return describe("fallback", template=key, reason=served.refusal.reason)
    return describe("miss", template=key, generated=str(served.generated).lower())


def _when_again(served: Served) -> dict[str, str]:
    """A fallback is nobody's for long."""
    return {"Retry-After": str(served.refusal.retry_after)} if served.refusal else {}
