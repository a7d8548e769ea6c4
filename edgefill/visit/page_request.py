"""Read a request before any store is read: what it asks for, and who asks.

The edge and the API read requests by this module; `edgefill/visit/resolve.py` goes on from there.
"""

from __future__ import annotations

from edgefill.core.value import value
from edgefill.visit.profile import read_profile
from edgefill.visit.query import LOCALE, parse_query, read_parameter, read_question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from edgefill.identity.trust import Trust
    from edgefill.visit.profile import VisitorProfile
    from edgefill.visit.query import Query

# Headers by which the edge forwards a miss to the API; a viewer cannot send them.
KEY_HEADER = "X-Edgefill-Key"  # the resolved key
ROUTE_HEADER = "X-Edgefill-Route"  # how the router routed a question
PROFILE_HEADER = "X-Edgefill-Profile"  # the candidates for the profile token


@value
class PageRequest:
    """A request for an experience, or a free question.

    `experience` is "" for a question, which the router leads to one. `query` is empty for a
    question: slots take nothing from it. `locale` is the query's. `accept_language` is "" when the
    query or the token names a locale.
    """

    experience: str
    query: Query
    locale: str | None
    profile: VisitorProfile
    accept_language: str
    question: str | None = None


def read_page_request(
    experience: str | None,
    *,
    query: str,
    tokens: Sequence[str],
    accept_language: str,
    trust: Trust,
    now: float,
) -> PageRequest:
    """Read the raw query string, candidate tokens and Accept-Language header of a request.

    `experience` is None for a free question. `now` is in seconds since the epoch. BadQuery.
    """
    parameters = parse_query(query)
    question = read_question(parameters) if experience is None else None
    locale = read_parameter(parameters, LOCALE)
    profile = read_profile(tokens, trust=trust, now=now)
    has_locale = locale is not None or (profile.claims is not None and profile.claims.locale)
    return PageRequest(
        experience=experience or "",
        query=parameters if question is None else {},
        locale=locale,
        profile=profile,
        accept_language="" if has_locale else accept_language,
        question=question,
    )
