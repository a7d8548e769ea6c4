"""Moves the blank before an optional block into it, so that none is left when the block is absent.

`A. {% if x is defined %}B.{% endif %} C.` becomes `A.{% if x is defined %} B.{% endif %} C.`
HTML is left as it is: a browser collapses its blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from edgefill.core.experience import Experience

_TAG = re.compile(r"(\{%.*?%\})", re.DOTALL)
_WORD = re.compile(r"\{%\s*(\w+)")
_STRIPS_BLANKS = re.compile(r"\{[%{]-|-[%}]\}")
# where a blank is not missed: another one follows, a line ends, or a field or quotation does
_EDGES = ("", " ", "\n", '"', "\\n", '\\"')


@dataclass(slots=True)
class _OptionalBlock:
    """An `if` with its branches: each a tag and what follows it, and the tag that ends the last."""

    branches: list[tuple[str, str]]
    end: str

    @property
    def is_optional(self) -> bool:
        """Whether nothing is written in some case."""
        has_else = any(_name_tag(tag) == "else" for tag, _ in self.branches)
        return not has_else or not all(body for _, body in self.branches)

    def write(self) -> str:
        return "".join(tag + body for tag, body in self.branches) + self.end


def move_optional_blanks(text: str, *, experience: Experience) -> str:
    """Return `text` with the blank before each optional block inside it; HTML is unchanged.

    A text whose blocks are not closed is returned as it is: the compiler refuses it.
    """
    if experience.format == "html" or _STRIPS_BLANKS.search(text):
        return text
    return _move_blanks(text, after="")


def _move_blanks(text: str, *, after: str) -> str:
    before, rest = "", text
    while (found := _split_block(rest)) is not None:
        literal, block, rest = found
        before += literal
        follower = rest + after
        if before.endswith(" ") and block.is_optional:
            bodies = [body for _, body in block.branches if body]
            if all(body.endswith(" ") and body.strip() for body in bodies):
                # `A. [B. ]C` and `A.[ B.] C` read the same in every case
                before, rest = before[:-1], " " + rest
                block.branches = [(t, _prefix_blank(b[:-1])) for t, b in block.branches]
                follower = rest + after
            elif _is_edge(follower):
                before = before[:-1]
                block.branches = [(t, _prefix_blank(b)) for t, b in block.branches]
        block.branches = [(t, _move_blanks(b, after=follower)) for t, b in block.branches]
        before += block.write()
    return before + rest


def _is_edge(follower: str) -> bool:
    """Whether what follows begins with an edge, or with optional blocks and then an edge."""
    found = _split_block(follower)
    if found is not None and not found[0]:
        _, block, rest = found
        return _is_edge(rest) and all(_is_edge(body) for _, body in block.branches)
    return not follower or follower.startswith(_EDGES[1:])


def _prefix_blank(body: str) -> str:
    return body if not body or body.startswith(" ") else " " + body


def _split_block(text: str) -> tuple[str, _OptionalBlock, str] | None:
    """Split at the first `if` outside loops: what precedes it, itself, what follows it."""
    parts = _TAG.split(text)
    loops = depth = start = 0
    branches: list[tuple[str, str]] = []
    tag, body = "", ""
    for at, part in enumerate(parts):
        name = _name_tag(part) if at % 2 else ""
        if depth == 0:
            loops += (name == "for") - (name == "endfor")
            if name == "if" and loops == 0:
                depth, start, tag = 1, at, part
            continue
        depth += (name == "if") - (name == "endif")
        if depth == 0:
            block = _OptionalBlock([*branches, (tag, body)], part)
            return "".join(parts[:start]), block, "".join(parts[at + 1 :])
        if depth == 1 and name in ("elif", "else"):
            branches.append((tag, body))
            tag, body = part, ""
        else:
            body += part
    return None


def _name_tag(tag: str) -> str:
    match = _WORD.match(tag)
    return match[1] if match else ""
