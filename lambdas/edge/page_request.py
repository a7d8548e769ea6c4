"""An inquiry: what one request asks for and who asks it, before any store is looked at."""

from __future__ import annotations

from edgefill.core.errors import MethodRefused, UnknownExperience
from edgefill.core.value import value
from edgefill.visit.query import LOCALE, parse_query, take_question
from edgefill.visit.visit import read_profile
from lambdas.edge.profile import find_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.identity.trust import Trust
    from edgefill.visit.visit import VisitorProfile
    from lambdas.edge.event import OriginRequest

PREFIX = "/p/"
ASK = "/ask"


@value
class PageRequest:
    """For an experience, or a free question; then `experience` is "" until one is found.

    `accept_language` is "" when the query or the token names a locale.
    """

    experience: str
    query: dict[str, str]
    profile: VisitorProfile
    accept_language: str
    question: str | None = None


def read_page_request(request: OriginRequest, *, trust: Trust, now: float) -> PageRequest:
    """The inquiry in a request; RequestRefused for a wrong method, path or query."""
    if request.method not in ("GET", "HEAD"):
        raise MethodRefused(f"method {request.method[:64]!r}; only GET and HEAD are served")
    asks = request.path == ASK
    experience = "" if asks else _experience(request.path)
    query, question = parse_query(request.query), None
    if asks:
        query, question = take_question(query)
    profile = read_profile(find_token(request), trust=trust, now=now)
    named = LOCALE in query or (profile.claims is not None and profile.claims.locale)
    accept_language = "" if named else request.accept_language
    return PageRequest(
        experience=experience,
        query=query,
        profile=profile,
        accept_language=accept_language,
        question=question,
    )


def _experience(path: str) -> str:
    name = path.removeprefix(PREFIX)
    if name == path or not name or "/" in name:
        raise UnknownExperience(
            f"no experience at {path[:64]!r}; ask for {PREFIX}<experience> or {ASK}?q=<question>"
        )
    return name
