"""Visits: who asks, and what for; worked out the same at the edge and in the API."""

from __future__ import annotations

from edgefill.core.errors import TokenRefused
from edgefill.core.problem import MISSING_TOKEN
from edgefill.core.value import value
from edgefill.identity.token import verify
from edgefill.template.coerce import values_for
from edgefill.visit.query import slot_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.experience import Experience
    from edgefill.core.slots import Value
    from edgefill.identity.token import Claims
    from edgefill.identity.trust import Trust


@value
class Profile:
    """No claims: the visitor is anonymous; `refused` says why when there was a token."""

    claims: Claims | None = None
    refused: str | None = None


def read_profile(token: str | None, *, trust: Trust, now: float) -> Profile:
    """The profile behind a token, never raising for what a stranger sent."""
    if token is None:
        return Profile()
    try:
        return Profile(claims=verify(token, trust=trust, now=now))
    except TokenRefused as error:
        return Profile(refused=error.reason)


@value
class Visit:
    """What one experience is filled with for one visitor."""

    case: str
    values: dict[str, Value]
    refused: dict[str, str]  # slot -> reason: its default stands in
    private: bool  # a token or a query value took part


def visit(experience: Experience, *, query: dict[str, str], profile: Profile) -> Visit:
    """What `profile` asks of `experience`; the token's values win over the query's.

    BadQuery for a parameter that the experience does not take; TokenRefused when the experience
    is not for the anonymous.
    """
    claims = profile.claims
    if claims is None and not experience.anonymous:
        raise TokenRefused(profile.refused or MISSING_TOKEN)
    asked = slot_values(query, experience)
    values, refused = values_for(experience.slots, {**asked, **(claims.slots if claims else {})})
    return Visit(
        case=experience.cases.resolve(claims.case if claims else {}),
        values=values,
        refused=refused,
        private=bool(asked or claims or profile.refused),
    )
