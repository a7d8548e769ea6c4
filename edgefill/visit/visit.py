"""Visits: who asks, and what for; worked out the same at the edge and in the API."""

from __future__ import annotations

from edgefill.core.errors import TokenRefused
from edgefill.core.problem import MISSING_TOKEN
from edgefill.core.value import value
from edgefill.identity.token import verify_token
from edgefill.template.coerce import coerce_values
from edgefill.visit.query import read_slot_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.experience import Experience
    from edgefill.core.slots import Value
    from edgefill.identity.token import Claims
    from edgefill.identity.trust import Trust


@value
class VisitorProfile:
    """No claims: the visitor is anonymous; `refused` says why when there was a token."""

    claims: Claims | None = None
    refusal: str | None = None


def read_profile(token: str | None, *, trust: Trust, now: float) -> VisitorProfile:
    """The profile behind a token, never raising for what a stranger sent."""
    if token is None:
        return VisitorProfile()
    try:
        return VisitorProfile(claims=verify_token(token, trust=trust, now=now))
    except TokenRefused as error:
        return VisitorProfile(refusal=error.reason)


@value
class Visit:
    """What one experience is filled with for one visitor."""

    case: str
    values: dict[str, Value]
    refusals: dict[str, str]  # slot -> reason: its default stands in
    private: bool  # a token or a query value took part


def resolve_visit(
    experience: Experience, *, query: dict[str, str], profile: VisitorProfile
) -> Visit:
    """What `profile` asks of `experience`; the token's values win over the query's.

    BadQuery for a parameter that the experience does not take; TokenRefused when the experience
    is not for the anonymous.
    """
    claims = profile.claims
    if claims is None and not experience.anonymous:
        raise TokenRefused(profile.refusal or MISSING_TOKEN)
    asked = read_slot_values(query, experience)
    values, refused = coerce_values(experience.slots, {**asked, **(claims.slots if claims else {})})
    return Visit(
        case=experience.cases.resolve(claims.case if claims else {}),
        values=values,
        refusals=refused,
        private=bool(asked or claims or profile.refusal),
    )
