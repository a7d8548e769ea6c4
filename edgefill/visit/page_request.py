"""Read a request before any store is read: what it asks for, and who asks.

The edge and the API read requests by this module; `edgefill/visit/resolve.py` goes on from there.
"""

from __future__ import annotations

from edgefill.core.value import value
from edgefill.visit.profile import read_profile
from edgefill.visit.query import LOCALE, parse_query, take_question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.identity.trust import Trust
    from edgefill.visit.profile import VisitorProfile

# Headers by which the edge forwards a miss to the API; a viewer cannot send them.
KEY_HEADER = "X-Edgefill-Key"  # the resolved key
ROUTE_HEADER = "X-Edgefill-Route"  # how the router routed a question
PROFILE_HEADER = "X-Edgefill-Profile"  # the profile token


@value
class PageRequest:
    """A request for an experience, or a free question.

    `experience` is "" for a question, which the router leads to one. `accept_language` is "" when
    the query or the token names a locale.
    """

    experience: str
    query: dict[str, str]
    profile: VisitorProfile
    accept_language: str
    question: str | None = None


def read_page_request(
    experience: str | None,
    *,
    query: str,
    token: str | None,
    accept_language: str,
    trust: Trust,
    now: float,
) -> PageRequest:
    """Read the raw query string, profile token and Accept-Language header of a request.

    `experience` is None for a free question. `now` is in seconds since the epoch. BadQuery.
    """
    parameters, question = parse_query(query), None
    if experience is None:
        parameters, question = take_question(parameters)
    profile = read_profile(token, trust=trust, now=now)
    has_locale = LOCALE in parameters or (profile.claims is not None and profile.claims.locale)
    return PageRequest(
        experience=experience or "",
        query=parameters,
        profile=profile,
        accept_language="" if has_locale else accept_language,
        question=question,
    )
