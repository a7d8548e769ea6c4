"""Grammars: what a model may write, as llguidance's Lark, from the declared slots.

An undeclared slot cannot be named, a required slot cannot be left out, and the text ends before
its length does. The two main rules are right-linear and carry a 64-bit state (llguidance,
docs/parametric.md): [0:30] which required slots are written, [32:39] the place in the markup,
[40:52] how much of the length is spent. `empty` is `flow` just after an opening: something must
follow, whatever is spent. Conditions and loops are plain rules without the state: what stands in
a branch does not count as written. A symbol alone in its rule loses its parameter (seen in the
llguidance of onnxruntime-genai 0.18), so each step does one operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgefill.core.slots import Slot
from gpu_service.grammar import control_flow_rules as branches
from gpu_service.grammar import slot_syntax as idioms
from gpu_service.grammar.markup import (
    ALWAYS,
    LINK,
    TOP,
    Markup,
    all_of,
    html_markup,
    json_markup,
    quote,
    text_markup,
)
from gpu_service.wire.template_spec import Shape, check

PIECE = 24  # characters of one piece of text
CHARS_PER_STEP = 20  # what a step takes from the budget: most pieces are short, a slot is not
MAX_STEPS = 1000  # llguidance keeps right-linear rules below about 2000 steps
SPENT = "flow::incr([40:52])"
SPENT_MUCH = "flow::incr([43:52])"  # a branch or a loop holds several pieces: eight steps


def lark(shape: Shape) -> str:
    """The grammar of every template of `shape`; InputRefused when there is none."""
    check(shape)
    markup, slots = _markup(shape), shape.slots
    html = shape.format == "html"
    steps = min(max(shape.max_chars // CHARS_PER_STEP, 12), MAX_STEPS)
    go = f"lt([40:52], {steps})"
    required = [slot.name for slot in slots if slot.required]
    written = f"is_ones([0:{len(required)}])" if required else ALWAYS
    flow = [*_flow(slots, required, markup, go, html=html), *markup.moves(go, written)]
    flow += markup.openings(go, go)
    empty = [*_flow(slots, required, markup, ALWAYS, html=html), *markup.openings(ALWAYS, go)]
    return "\n".join(
        [
            f"start: {quote(markup.opening)} empty::0x0",
            "flow::_: " + "\n  | ".join(flow),
            "empty::_: " + "\n  | ".join(empty),
            *_rules(slots, html=html),
            *branches.pieces(slots, html=html, escapes=markup.escapes),
            *_terminals(slots, markup),
            "",
        ]
    )


def _flow(
    slots: Sequence[Slot], required: Sequence[str], markup: Markup, go: str, *, html: bool
) -> Iterator[str]:
    where = markup.in_text
    yield f"TEXT {SPENT} %if {all_of(where, go)}"
    if markup.escapes:
        yield f"ESCAPE {SPENT} %if {all_of(where, go)}"
    for n, slot in enumerate(slots):
        for form, place, cost in _forms(n, slot, markup, html=html):
            if slot.required:
                bit = required.index(slot.name)
                yield f"{form} {_once(form, bit)} %if {all_of(place, f'bit_clear({bit})')}"
            yield f"{form} {cost} %if {all_of(place, go)}"


def _once(form: str, bit: int) -> str:
    if form.startswith("HREF"):
        return f"empty::bit_or({LINK | 1 << bit:#x})"
    return f"flow::set_bit({bit})"


def _forms(n: int, slot: Slot, markup: Markup, *, html: bool) -> Iterator[tuple[str, str, str]]:
    """(form, where it may stand, what it costs) of each way to write slot number `n`."""
    if not idioms.optional(slot):
        if branches.prints_in_text(slot, html=html):
            yield f"PRINT_{n}", markup.in_text, SPENT
        elif slot.type == "url":
            yield f"HREF_{n}", markup.in_line, f"empty::bit_or({LINK:#x})"
        if slot.type == "list":
            yield f"loop_{n}", markup.in_line, SPENT_MUCH
            if html:
                yield f"list_{n}", TOP, SPENT_MUCH
    if idioms.guards(slot):
        yield f"if_{n}", markup.in_line, SPENT_MUCH
        if html:
            yield f"blocks_{n}", TOP, SPENT_MUCH


def _rules(slots: Sequence[Slot], *, html: bool) -> Iterator[str]:
    for n, slot in enumerate(slots):
        if slot.type == "list":
            yield from branches.loop(n, slot, slots, html=html)
        if html and slot.type == "url":
            yield f'link_{n}: HREF_{n} TEXT "</a>"'
        if idioms.optional(slot):
            yield branches.own(n, slot, html=html)
        if idioms.guards(slot):
            yield f"if_{n}: {branches.condition(n, slot, 'body', html=html)}"
            if html:
                yield f"blocks_{n}: {branches.condition(n, slot, 'blocks', html=html)}"


def _terminals(slots: Sequence[Slot], markup: Markup) -> Iterator[str]:
    letter = rf"([{markup.letters}]|%[ .,;:!?)])"
    yield f"TEXT: /{letter}([0-9]{{0,2}}{letter}){{0,{PIECE - 1}}}[0-9]{{0,2}}/"
    yield r"NEWLINE: /\n\n? {0,4}/"
    if markup.escapes:
        yield f"ESCAPE: {branches.terms(markup.escapes)}"
    for n, slot in enumerate(slots):
        if idioms.printed(slot):
            yield f"PRINT_{n}: {branches.terms(idioms.printed(slot))}"
        if slot.type == "url":
            yield f"HREF_{n}: {quote(branches.href(slot.name))}"


def _markup(shape: Shape) -> Markup:
    if shape.format == "json":
        return json_markup(shape.fields)
    return html_markup() if shape.format == "html" else text_markup()
