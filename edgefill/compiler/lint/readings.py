"""Reads a template as its visitors do: in every combination of present and absent slots.

A sentence may be whole only with its slot. Each reading is the text of one path through the
template, as passages (the blocks of HTML, the fields of JSON, the lines of a text) without markup
and with decoded references. Each blank is one character of Unicode's private use area, the same
one for the same expression; the lint gives lists two items.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from edgefill.compiler.language.paths import PathPiece, follow_paths
from edgefill.compiler.language.typed_tree import Body, PutNode
from edgefill.compiler.lint.character_references import decode_references
from edgefill.core.experience import Experience

# combinations that are read, and their characters; templates with more are read up to here only
MAX_READINGS = 64
MAX_READ_CHARS = 150_000
FIRST_BLANK, LAST_BLANK = 0xE000, 0xF8FF
# what a blank looks like in a regular expression's character class
BLANK = f"{chr(FIRST_BLANK)}-{chr(LAST_BLANK)}"
# tags that do not interrupt a line of text
_INLINE_TAGS = frozenset({"a", "b", "code", "em", "i", "small", "span", "strong", "time"})
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_TAG_STEP = re.compile(r"\"[^\"]*\"|'[^']*'|>")
_STRING_STEP = re.compile(r'\\.|"', re.DOTALL)
_COLON = re.compile(r"[ \t\r\n]*:")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A line, block or field as it is read; `offsets` maps its characters and end to the source.

    `name` is the field's name in JSON, else empty.
    """

    text: str
    offsets: tuple[int, ...]
    name: str = ""

    def cut(self, start: int, end: int) -> Passage:
        """The part of this passage from `start` to before `end`."""
        return Passage(
            text=self.text[start:end], offsets=self.offsets[start : end + 1], name=self.name
        )


Reading = tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """The character for each expression (as JSON) that a template prints."""

    characters: dict[str, str] = field(default_factory=dict)

    def choose_character(self, put: PutNode) -> str:
        number = len(self.characters) % (LAST_BLANK - FIRST_BLANK + 1)
        return self.characters.setdefault(json.dumps(put.value.data), chr(FIRST_BLANK + number))


def read_combinations(
    body: Body, experience: Experience, *, items: int = 2, blanks: Blanks | None = None
) -> list[Reading]:
    """Different readings of `body`, first the one in which each test holds.

    They are at most MAX_READINGS, and none follows after MAX_READ_CHARS characters. `body` must
    have passed its format's check. Lists have `items` items; `blanks` learns each blank's
    expression.
    """
    blanks = Blanks() if blanks is None else blanks
    paths = follow_paths(
        body,
        blanks.choose_character,
        item_counts=(items,),
        surely_defined=[slot.name for slot in experience.slots if slot.default is not None],
    )
    readings: dict[Reading, None] = {}
    chars = 0
    for pieces in islice(paths, MAX_READINGS):
        readings[_read(pieces, experience.format)] = None
        chars += sum(len(piece.text) for piece in pieces)
        if chars > MAX_READ_CHARS:
            break
    return [*readings]


def _read(pieces: list[PathPiece], format_: str) -> Reading:
    text = "".join(piece.text for piece in pieces)
    offsets: list[int] = []
    for piece in pieces:
        if piece.is_blank:
            offsets += [piece.offset] * len(piece.text)
        else:
            offsets += range(piece.offset, piece.offset + len(piece.text))
    offsets.append(offsets[-1] + 1 if offsets else 0)
    whole = Passage(text=text, offsets=tuple(offsets))
    return tuple(_SPLITTERS[format_](whole))


def _split_lines(whole: Passage) -> Iterator[Passage]:
    return (whole.cut(*line.span()) for line in _LINE.finditer(whole.text))


def _split_fields(whole: Passage) -> Iterator[Passage]:
    """The strings of a JSON text that are values, each with the name before it."""
    name, start = "", -1
    for step in _STRING_STEP.finditer(whole.text):
        if step[0] != '"':
            continue
        if start < 0:
            start = step.end()
            continue
        string = _decode(whole.cut(start, step.start()), "json")
        if _COLON.match(whole.text, step.end()):
            name = string.text
        else:
            yield Passage(text=string.text, offsets=string.offsets, name=name)
        start = -1


def _split_blocks(whole: Passage) -> Iterator[Passage]:
    """The blocks of an HTML text, their white space folded; empty ones are left out."""
    inside: list[tuple[int, int]] = []
    position = 0
    for tag, start, end in _list_tags(whole.text):
        inside.append((position, start))
        position = end
        if tag not in _INLINE_TAGS:
            yield from _join_parts(whole, inside)
            inside = []
    inside.append((position, len(whole.text)))
    yield from _join_parts(whole, inside)


def _list_tags(text: str) -> Iterator[tuple[str, int, int]]:
    """The name, start and end of each tag."""
    position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        while (step := _TAG_STEP.search(text, position)) and step[0] != ">":
            position = step.end()
        position = step.end() if step else len(text)
        yield tag[1].lower(), tag.start(), position


def _join_parts(whole: Passage, parts: list[tuple[int, int]]) -> Iterator[Passage]:
    text = "".join(whole.text[start:end] for start, end in parts)
    if not text.strip(" \t\r\n\f"):
        return
    offsets = [offset for start, end in parts for offset in whole.offsets[start:end]]
    joined = Passage(text=text, offsets=(*offsets, offsets[-1] + 1))
    yield _fold(_decode(joined, "html"))


def _decode(passage: Passage, format_: str) -> Passage:
    decoded = decode_references(passage.text, format_)
    offsets = tuple(passage.offsets[offset] for offset in decoded.offsets)
    return Passage(text=decoded.text, offsets=offsets, name=passage.name)


def _fold(passage: Passage) -> Passage:
    """`passage` with single spaces and none at its edges, as a browser shows it."""
    text, position = "", 0
    offsets: list[int] = []
    for spaces in _SPACES.finditer(passage.text):
        text += passage.text[position : spaces.start()]
        offsets += passage.offsets[position : spaces.start()]
        if text and spaces.end() < len(passage.text):
            text += " "
            offsets.append(passage.offsets[spaces.start()])
        position = spaces.end()
    text += passage.text[position:]
    return Passage(text=text, offsets=(*offsets, *passage.offsets[position:]))


_SPLITTERS: Mapping[str, Callable[[Passage], Iterator[Passage]]] = {
    "html": _split_blocks,
    "json": _split_fields,
    "text": _split_lines,
}
