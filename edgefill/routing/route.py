"""Where a question goes."""

from __future__ import annotations

from edgefill.core.value import value

MAX_HEADER_CHARS = 80  # characters of a line
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789=.-; ")


@value
class RoutingDecision:
    """A hit names its experience; clarify names two or three candidates, best first.

    `score` is the chance, from 0 to 1, that the best experience is the right one; `margin` is how
    far the second is behind, before the chances are calibrated, so it may be above the score.
    """

    verdict: str  # hit, clarify, miss
    reason: str  # exact, scored, unsure, out-of-scope, denied
    experience: str | None = None
    score: float = 0.0
    margin: float = 0.0
    candidates: tuple[str, ...] = ()


def describe_route(route: RoutingDecision) -> dict[str, object]:
    """What the header says of a route, in order; nothing of the question."""
    return {
        "route": route.reason,
        "score": f"{route.score:.3f}",
        "margin": f"{route.margin:.3f}",
    }


def format_route_header(route: RoutingDecision) -> str:
    """The same as one header's value."""
    return "; ".join(f"{name}={fact}" for name, fact in describe_route(route).items())


def parse_route_header(line: str) -> dict[str, object]:
    """The facts that `format_route_header` wrote; none of a line that it did not."""
    if len(line) > MAX_HEADER_CHARS or not _ALLOWED.issuperset(line):
        return {}
    pairs = [part.partition("=") for part in line.split("; ")]
    facts: dict[str, object] = {name: fact for name, _, fact in pairs}
    return facts if list(facts) == ["route", "score", "margin"] else {}
