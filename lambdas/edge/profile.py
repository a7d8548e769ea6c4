"""Where the profile token comes from, and whether it may travel on."""

from __future__ import annotations

from edgefill.identity.token import MAX_TOKEN_CHARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lambdas.edge.event import OriginRequest

COOKIE = "edgefill_profile="
BEARER = "bearer "


def find_token(request: OriginRequest) -> str | None:
    """The token of a request; a Bearer header, sent on purpose, wins over the ambient cookie."""
    scheme, token = request.authorization[: len(BEARER)], request.authorization[len(BEARER) :]
    if scheme.lower() == BEARER:
        return token.strip()
    for pair in request.cookie.split(";"):
        if pair.strip().startswith(COOKIE):
            return pair.strip()[len(COOKIE) :].strip('"')
    return None


def forwardable_token(token: str | None) -> str | None:
    """The token if it may travel in a header; the API refuses or believes it for itself."""
    if not token or len(token) > MAX_TOKEN_CHARS:
        return None
    return token if token.isascii() and token.isprintable() else None
