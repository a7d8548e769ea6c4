"""Read the path: `/p/<experience>` or `/ask`, in any spelling that means the same.

A trailing slash and percent-encoded characters in the name make no difference (RFC 3986, section
6.2.2.2), since links are changed on their way. An encoded slash is data, never a separator (section
2.2). The first segment selects the CDN's behaviour and the firewall's rule, so it has one spelling.
"""

from __future__ import annotations

from edgefill.core.errors import UnknownExperience
from edgefill.visit.query import decode_percent

PREFIX = "/p/"
ASK = "/ask"


def parse_path(path: str) -> str | None:
    """The experience that a path names, None for a free question; UnknownExperience."""
    match path.split("/"):
        case ["", "ask"] | ["", "ask", ""]:
            return None
        case ["", "p", segment] | ["", "p", segment, ""]:
            if name := decode_percent(segment):
                return name
    raise UnknownExperience(
        f"no experience at {path[:64]!r}; ask for {PREFIX}<experience> or {ASK}?q=<question>"
    )
