"""The request that reaches the edge function, independent of the shape of CloudFront's event."""

from __future__ import annotations

from edgefill.core.errors import MethodRefused
from edgefill.core.value import value
from edgefill.visit.path import parse_path


@value
class OriginRequest:
    """A visitor's request as far as the edge reads it; `tokens` are candidates, not verified."""

    method: str
    path: str
    query: str
    tokens: tuple[str, ...] = ()
    accept_language: str = ""
    if_none_match: str = ""


def parse_experience(request: OriginRequest) -> str | None:
    """The experience in the path, None for a free question; MethodRefused, UnknownExperience."""
    if request.method not in ("GET", "HEAD"):
        raise MethodRefused(f"method {request.method[:64]!r}; only GET and HEAD are served")
    return parse_path(request.path)
