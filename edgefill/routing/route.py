"""The decision on a question, and the header that reports it."""

from __future__ import annotations

from edgefill.core.value import value

MAX_HEADER_CHARS = 80
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789=.-; ")


@value
class RoutingDecision:
    """A hit names its experience; clarify names one to three candidates, best first.

    `score` is the probability, from 0 to 1, that the best experience is the right one. `margin` is
    the distance to the second before calibration, so it may exceed the score.
    """

    verdict: str  # hit, clarify, miss
    reason: str  # exact, scored, unsure, out-of-scope, denied
    experience: str | None = None
    score: float = 0.0
    margin: float = 0.0
    candidates: tuple[str, ...] = ()


def describe_route(route: RoutingDecision) -> dict[str, object]:
    """The facts for X-Edgefill, in order; they contain no part of the question."""
    return {
        "route": route.reason,
        "score": f"{route.score:.3f}",
        "margin": f"{route.margin:.3f}",
    }


def format_route_header(route: RoutingDecision) -> str:
    """The facts as the value of one header, which a miss carries to the API."""
    return "; ".join(f"{name}={fact}" for name, fact in describe_route(route).items())


def parse_route_header(line: str) -> dict[str, object]:
    """The facts that `format_route_header` wrote; {} for any other line."""
    if len(line) > MAX_HEADER_CHARS or not _ALLOWED.issuperset(line):
        return {}
    pairs = [part.partition("=") for part in line.split("; ")]
    facts: dict[str, object] = {name: fact for name, _, fact in pairs}
    return facts if list(facts) == ["route", "score", "margin"] else {}
