"""Decodes character references, so that the lint reads a text as its readers do.

`&euro;12` is an amount of money and `&#66;ob` a name, however they are spelt in the source.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from edgefill.privacy import TextFinding

# a number's leading zeros, of which a browser reads any number
_ZEROS = re.compile(r"(?<=&#)([xX]?)0++(?=[0-9a-fA-F])")


def _decode_html(reference: str) -> str:
    """The characters of a reference; Python refuses to read a number of thousands of digits."""
    return html.unescape(_ZEROS.sub(r"\1", reference))


# by format: what a reference looks like, and how it is decoded
_REFERENCES: dict[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "html": (re.compile(r"&(?:#[xX]?0*+\w{0,40}+|\w{1,40}+);?"), _decode_html),
    "json": (
        # a surrogate pair is one character
        re.compile(
            r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
            r'|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]'
        ),
        lambda reference: str(json.loads(f'"{reference}"')),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """Literal text as a reader sees it; `offsets` maps its characters and its end to the source."""

    text: str
    offsets: list[int]

    def locate(self, finding: TextFinding) -> TextFinding:
        """`finding`, whose place is in `text`, at its place in the source."""
        return replace(finding, start=self.offsets[finding.start], end=self.offsets[finding.end])


def decode_references(literals: str, format_: str) -> DecodedText:
    """`literals` with every reference of the format replaced by its character."""
    if format_ not in _REFERENCES:
        return DecodedText(text=literals, offsets=[*range(len(literals) + 1)])
    pattern, decode = _REFERENCES[format_]
    parts: list[str] = []
    offsets: list[int] = []
    end = 0
    for match in pattern.finditer(literals):
        decoded = decode(match[0])
        if decoded != match[0]:
            parts += (literals[end : match.start()], decoded)
            offsets += (*range(end, match.start()), *[match.start()] * len(decoded))
            end = match.end()
    parts.append(literals[end:])
    offsets += range(end, len(literals) + 1)
    return DecodedText(text="".join(parts), offsets=offsets)
