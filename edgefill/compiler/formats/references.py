"""References: characters that a format lets a text write in another way, read as what they mean.

`&euro;12` is an amount of money and `&#66;ob` a name, whatever they look like in the source.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from edgefill.privacy.personal_data import Finding

_WRITTEN: dict[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "html": (re.compile(r"&#?\w+;?"), html.unescape),
    "json": (
        re.compile(  # two halves of a pair are one character
            r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
            r'|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]'
        ),
        lambda written: str(json.loads(f'"{written}"')),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Literal text as a reader sees it; `places` are its characters' offsets, and its end's."""

    text: str
    places: list[int]

    def placed(self, found: Finding) -> Finding:
        """What was found in `text`, at its place in the source."""
        return replace(found, at=self.places[found.at], end=self.places[found.end])


def read(literals: str, format_: str) -> Reading:
    """`literals` with every reference of the format replaced by its character."""
    if format_ not in _WRITTEN:
        return Reading(text=literals, places=[*range(len(literals) + 1)])
    pattern, meaning = _WRITTEN[format_]
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for match in pattern.finditer(literals):
        meant = meaning(match[0])
        if meant != match[0]:
            parts += (literals[end : match.start()], meant)
            places += (*range(end, match.start()), *[match.start()] * len(meant))
            end = match.end()
    parts.append(literals[end:])
    places += range(end, len(literals) + 1)
    return Reading(text="".join(parts), places=places)
