"""The markup that a template's format allows around its text, as Lark fragments.

The place in the markup is part of the grammar's state (lark_grammar.py): bits [32:35] block element
or JSON field, 35 inside a div, [36:39] inline element. A transition leads to `empty` when it
opens an element that must not stay empty, otherwise to `flow`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BLOCKS = {"p": 1, "h2": 2, "h3": 3, "ul": 4, "ol": 6}  # an li has its list's number plus one
INLINE = {"strong": 1, "em": 2, "span": 3, "small": 4}
LINK = 5 << 36
DIV = 1 << 35
ALL_BITS = 2**64 - 1
NO_INLINE = "eq([36:39], 0)"
TOP = f"and(eq([32:35], 0), {NO_INLINE})"
IN_LIST = "or(eq([32:35], 4), eq([32:35], 6))"  # where only items are allowed
END = '"\\"}"'
ALWAYS = "true"

# Letters of every script and common signs, but no braces, brackets, currency signs, characters of
# e-mail addresses, placeholders and codes, other scripts' digits, or characters that control the
# direction of text. Each leading UTF-8 byte has several continuations: if only one were possible,
# llguidance would ask for half a character and get U+FFFD (in onnxruntime-genai 0.18).
LETTERS = (
    r"A-Za-z !#'()+,\-.\/:;?"
    r"\u{A1}\u{A6}-\u{AC}\u{AE}-\u{61B}\u{61D}-\u{65F}\u{66A}-\u{6EF}\u{6FA}-\u{1FFF}"
    r"\u{2010}-\u{2027}\u{2030}-\u{205E}\u{2070}-\u{209F}\u{20D0}-\u{D7FF}"
    r"\u{F900}-\u{FDFF}\u{10000}-\u{1FAFF}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupRules:
    """The rules of a format's markup."""

    # Arguments: the conditions that text may go on and that all required slots are used.
    transitions: Callable[[str, str], Sequence[str]]
    # Those that open an element; arguments: the conditions to open one and to go on.
    opening_transitions: Callable[[str, str], Sequence[str]] = lambda _open, _go: ()
    letters: str  # a regex class of the text's characters, without digits
    escapes: tuple[str, ...] = ()  # sequences that replace forbidden characters
    prefix: str = ""  # the beginning of every template
    text_condition: str = ALWAYS  # where text is allowed
    inline_condition: str = ALWAYS  # where links, conditions and loops are allowed


def quote_lark(text: str) -> str:
    """`text` as a Lark string."""
    return json.dumps(text, ensure_ascii=False)


def join_conditions(*conditions: str) -> str:
    """The conjunction of `conditions`, without those that are always true."""
    conditions_left = [condition for condition in conditions if condition != ALWAYS] or [ALWAYS]
    conjunction = conditions_left[-1]
    for condition in reversed(conditions_left[:-1]):
        conjunction = f"and({condition}, {conjunction})"
    return conjunction


def make_text_markup() -> MarkupRules:
    """Plain text: lines without markup."""
    return MarkupRules(transitions=_list_text_transitions, letters=LETTERS + '"&')


def make_json_markup(fields: Sequence[str]) -> MarkupRules:
    """One object whose members are exactly `fields`, all strings."""
    return MarkupRules(
        transitions=lambda _go, all_required: _list_json_transitions(fields, all_required),
        letters=LETTERS + "&",
        escapes=(r"\n", r"\""),
        prefix=f'{{{json.dumps(fields[0])}: "',
    )


def make_html_markup() -> MarkupRules:
    """Balanced, allow-listed elements, nested at most as deep as div, block, inline element."""
    return MarkupRules(
        transitions=_list_html_transitions,
        opening_transitions=_list_html_opening_transitions,
        letters=LETTERS + '"',
        escapes=("&amp;",),
        text_condition=f"not({IN_LIST})",
        inline_condition=f"and(not({IN_LIST}), {NO_INLINE})",
    )


def _list_text_transitions(go: str, all_required: str) -> list[str]:
    return [f"NEWLINE empty::_ %if {go}", f'"" %if {all_required}']


def _list_json_transitions(fields: Sequence[str], all_required: str) -> list[str]:
    at_end = join_conditions(all_required, f"eq([32:36], {len(fields) - 1})")
    return [*map(_move_to_field, range(len(fields) - 1), fields[1:]), f"{END} %if {at_end}"]


def _move_to_field(number: int, field: str) -> str:
    between = quote_lark(f'", {json.dumps(field)}: "')
    return f"{between} empty::incr([32:36]) %if eq([32:36], {number})"


def _list_html_opening_transitions(opens: str, go: str) -> list[str]:
    """The transitions that may follow an opening tag directly; they lead to `empty` again."""
    inline = join_conditions(f"not({IN_LIST})", NO_INLINE, opens)
    return [
        *(
            f'"<{tag}>" empty::bit_or({n << 32:#x}) %if {join_conditions(TOP, opens)}'
            for tag, n in BLOCKS.items()
        ),
        *(f'"<{tag}>" empty::bit_or({n << 36:#x}) %if {inline}' for tag, n in INLINE.items()),
        f'"<div>" empty::bit_or({DIV:#x}) %if {join_conditions(TOP, "bit_clear(35)", opens)}',
        f"NEWLINE empty::incr([40:52]) %if {join_conditions(NO_INLINE, go)}",
        f'"<li>" empty::incr([32:35]) %if {join_conditions(IN_LIST, opens)}',
    ]


def _list_html_transitions(go: str, all_required: str) -> list[str]:
    in_item = "or(eq([32:35], 5), eq([32:35], 7))"
    return [
        *(
            _close_tag(tag, 7 << 32, join_conditions(f"eq([32:35], {n})", NO_INLINE))
            for tag, n in BLOCKS.items()
        ),
        *(_close_tag(tag, 7 << 36, f"eq([36:39], {n})") for tag, n in INLINE.items()),
        _close_tag("a", 7 << 36, "eq([36:39], 5)"),
        _close_tag("div", DIV, join_conditions(TOP, "bit_set(35)")),
        f'"</li>" flow::decr([32:35]) %if {join_conditions(in_item, NO_INLINE)}',
        f'"<br>" empty::_ %if {join_conditions(f"not({IN_LIST})", go)}',
        f"NEWLINE flow::incr([40:52]) %if {join_conditions(NO_INLINE, go)}",
        f'"" %if {join_conditions(all_required, TOP, "bit_clear(35)")}',
    ]


def _close_tag(tag: str, places: int, where: str) -> str:
    return f'"</{tag}>" flow::bit_and({ALL_BITS ^ places:#x}) %if {where}'
