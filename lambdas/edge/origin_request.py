"""The request that reaches the edge function, independent of the shape of CloudFront's event."""

from __future__ import annotations

from edgefill.core.errors import MethodRefused, UnknownExperience
from edgefill.core.value import value

PREFIX = "/p/"
ASK = "/ask"


@value
class OriginRequest:
    """A visitor's request as far as the edge reads it; `token` is the profile token, unverified."""

    method: str
    path: str
    query: str
    token: str | None = None
    accept_language: str = ""
    if_none_match: str = ""


def parse_experience(request: OriginRequest) -> str | None:
    """The experience in the path, None for a free question; MethodRefused, UnknownExperience."""
    if request.method not in ("GET", "HEAD"):
        raise MethodRefused(f"method {request.method[:64]!r}; only GET and HEAD are served")
    path = request.path
    if path == ASK:
        return None
    name = path.removeprefix(PREFIX)
    if name == path or not name or "/" in name:
        raise UnknownExperience(
            f"no experience at {path[:64]!r}; ask for {PREFIX}<experience> or {ASK}?q=<question>"
        )
    return name
