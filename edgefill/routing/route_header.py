"""How a route is told: in the answer's X-Edgefill, and to the API on a miss."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.routing.route import Route

MOST = 80  # characters of a line
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789=.-; ")


def route_facts(route: Route) -> dict[str, object]:
    """What the header says of a route, in order; nothing of the question."""
    return {
        "route": route.reason,
        "score": f"{route.score:.3f}",
        "margin": f"{route.margin:.3f}",
    }


def route_line(route: Route) -> str:
    """The same as one header's value."""
    return "; ".join(f"{name}={fact}" for name, fact in route_facts(route).items())


def read_route_line(line: str) -> dict[str, object]:
    """The facts that `route_line` wrote; none of a line that it did not."""
    if len(line) > MOST or not _ALLOWED.issuperset(line):
        return {}
    pairs = [part.partition("=") for part in line.split("; ")]
    facts: dict[str, object] = {name: fact for name, _, fact in pairs}
    return facts if list(facts) == ["route", "score", "margin"] else {}
