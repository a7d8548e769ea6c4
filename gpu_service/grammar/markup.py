"""Markup: what a template's format allows around its text, as Lark fragments.

The place inside the markup is part of the grammar's state (grammar.py): [32:35] block
element or JSON field · 35 inside a div · [36:39] inline element. A move leads to `empty` when it
opens something that must not stay empty, else to `flow`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BLOCKS = {"p": 1, "h2": 2, "h3": 3, "ul": 4, "ol": 6}  # li is its list's number plus one
INLINE = {"strong": 1, "em": 2, "span": 3, "small": 4}
LINK = 5 << 36
DIV = 1 << 35
FULL = 2**64 - 1
NO_INLINE = "eq([36:39], 0)"
TOP = f"and(eq([32:35], 0), {NO_INLINE})"
IN_LIST = "or(eq([32:35], 4), eq([32:35], 6))"  # where items alone may stand
END = '"\\"}"'
ALWAYS = "true"

# Letters of every script and common signs; never braces, brackets, currency signs, what e-mail
# addresses, placeholders and codes are made of, other scripts' digits, or characters that steer
# the direction of text. Each leading UTF-8 byte keeps several continuations: were one forced,
# llguidance would ask the tokenizer for half a character and get U+FFFD (seen in
# onnxruntime-genai 0.18).
LETTERS = (
    r"A-Za-z !#'()+,\-.\/:;?"
    r"\u{A1}\u{A6}-\u{AC}\u{AE}-\u{61B}\u{61D}-\u{65F}\u{66A}-\u{6EF}\u{6FA}-\u{1FFF}"
    r"\u{2010}-\u{2027}\u{2030}-\u{205E}\u{2070}-\u{209F}\u{20D0}-\u{D7FF}"
    r"\u{F900}-\u{FDFF}\u{10000}-\u{1FAFF}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A format's rules beside text and slots."""

    moves: Callable[[str, str], Sequence[str]]  # of (may go on, required slots are written)
    openings: Callable[[str, str], Sequence[str]] = lambda _go, _on: ()  # of (may open, may go on)
    letters: str  # the characters of its text, beside digits, as in a regex class
    escapes: tuple[str, ...] = ()  # what stands for a forbidden character
    opening: str = ""  # what every template begins with
    in_text: str = ALWAYS  # where text may stand
    in_line: str = ALWAYS  # where links, conditions and loops may stand


def quote(text: str) -> str:
    """`text` as a Lark string."""
    return json.dumps(text, ensure_ascii=False)


def all_of(*conditions: str) -> str:
    """The conjunction of `conditions`, less those always true."""
    kept = [condition for condition in conditions if condition != ALWAYS] or [ALWAYS]
    joined = kept[-1]
    for condition in reversed(kept[:-1]):
        joined = f"and({condition}, {joined})"
    return joined


def text_markup() -> Markup:
    """Plain text: lines, no markup."""
    return Markup(moves=_text_moves, letters=LETTERS + '"&')


def json_markup(fields: Sequence[str]) -> Markup:
    """One object whose members are exactly `fields`, all strings."""
    return Markup(
        moves=lambda _go, written: _json_moves(fields, written),
        letters=LETTERS + "&",
        escapes=(r"\n", r"\""),
        opening=f'{{{json.dumps(fields[0])}: "',
    )


def html_markup() -> Markup:
    """A fragment of allow-listed elements, balanced: a div, a block, an inline element deep."""
    return Markup(
        moves=_html_moves,
        openings=_html_openings,
        letters=LETTERS + '"',
        escapes=("&amp;",),
        in_text=f"not({IN_LIST})",
        in_line=f"and(not({IN_LIST}), {NO_INLINE})",
    )


def _text_moves(go: str, written: str) -> list[str]:
    return [f"NEWLINE empty::_ %if {go}", f'"" %if {written}']


def _json_moves(fields: Sequence[str], written: str) -> list[str]:
    ended = all_of(written, f"eq([32:36], {len(fields) - 1})")
    return [*map(_next_field, range(len(fields) - 1), fields[1:]), f"{END} %if {ended}"]


def _next_field(number: int, field: str) -> str:
    between = quote(f'", {json.dumps(field)}: "')
    return f"{between} empty::incr([32:36]) %if eq([32:36], {number})"


def _html_openings(opens: str, go: str) -> list[str]:
    """Moves that may follow an opening tag directly: they lead to `empty` again."""
    inline = all_of(f"not({IN_LIST})", NO_INLINE, opens)
    return [
        *(
            f'"<{tag}>" empty::bit_or({n << 32:#x}) %if {all_of(TOP, opens)}'
            for tag, n in BLOCKS.items()
        ),
        *(f'"<{tag}>" empty::bit_or({n << 36:#x}) %if {inline}' for tag, n in INLINE.items()),
        f'"<div>" empty::bit_or({DIV:#x}) %if {all_of(TOP, "bit_clear(35)", opens)}',
        f"NEWLINE empty::incr([40:52]) %if {all_of(NO_INLINE, go)}",
        f'"<li>" empty::incr([32:35]) %if {all_of(IN_LIST, opens)}',
    ]


def _html_moves(go: str, written: str) -> list[str]:
    in_item = "or(eq([32:35], 5), eq([32:35], 7))"
    return [
        *(
            _close(tag, 7 << 32, all_of(f"eq([32:35], {n})", NO_INLINE))
            for tag, n in BLOCKS.items()
        ),
        *(_close(tag, 7 << 36, f"eq([36:39], {n})") for tag, n in INLINE.items()),
        _close("a", 7 << 36, "eq([36:39], 5)"),
        _close("div", DIV, all_of(TOP, "bit_set(35)")),
        f'"</li>" flow::decr([32:35]) %if {all_of(in_item, NO_INLINE)}',
        f'"<br>" empty::_ %if {all_of(f"not({IN_LIST})", go)}',
        f"NEWLINE flow::incr([40:52]) %if {all_of(NO_INLINE, go)}",
        f'"" %if {all_of(written, TOP, "bit_clear(35)")}',
    ]


def _close(tag: str, places: int, where: str) -> str:
    return f'"</{tag}>" flow::bit_and({FULL ^ places:#x}) %if {where}'
