"""The visitor's profile token: where a request carries it, and the profile behind it."""

from __future__ import annotations

from edgefill.core.errors import TokenRefused
from edgefill.core.value import value
from edgefill.identity.token import MAX_TOKEN_CHARS, verify_token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.identity.token import Claims
    from edgefill.identity.trust import Trust

COOKIE = "edgefill_profile="
BEARER = "bearer "


@value
class VisitorProfile:
    """Without claims the visitor is anonymous; `refusal` is the reason if a token was refused."""

    claims: Claims | None = None
    refusal: str | None = None


def find_token(*, authorization: str, cookie: str) -> str | None:
    """The token in the raw headers; a Bearer header, sent on purpose, precedes the cookie."""
    scheme, token = authorization[: len(BEARER)], authorization[len(BEARER) :]
    if scheme.lower() == BEARER:
        return token.strip()
    for pair in cookie.split(";"):
        if pair.strip().startswith(COOKIE):
            return pair.strip()[len(COOKIE) :].strip('"')
    return None


def read_profile(token: str | None, *, trust: Trust, now: float) -> VisitorProfile:
    """The profile behind a token; raises nothing, whatever a visitor sent."""
    if token is None:
        return VisitorProfile()
    try:
        return VisitorProfile(claims=verify_token(token, trust=trust, now=now))
    except TokenRefused as error:
        return VisitorProfile(refusal=error.reason)


def forwardable_token(token: str | None) -> str | None:
    """The token if it can be sent on in a header; the API verifies it again."""
    if not token or len(token) > MAX_TOKEN_CHARS:
        return None
    return token if token.isascii() and token.isprintable() else None
