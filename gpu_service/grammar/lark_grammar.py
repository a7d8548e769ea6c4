"""Build the grammar of a template, in llguidance's Lark, from the declared slots.

A text of the grammar names no undeclared slot, leaves out no required slot, and ends within its
length. The two main rules are right-linear and carry a 64-bit state (llguidance,
docs/parametric.md): bits [0:30] mark the required slots that were used, [32:39] the place in the
markup, [40:52] how much of the length is used. The rule `empty` is `flow` directly after an opening
tag: something must follow, however much of the length is used. Conditions and loops are plain rules
without the state, so a slot inside a branch does not count as used. A symbol that is the only one
in its rule loses its parameter (in the llguidance of onnxruntime-genai 0.18), so each step does one
operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgefill.core.slots import Slot
from gpu_service.grammar import control_flow_rules, slot_syntax
from gpu_service.grammar.markup import (
    ALWAYS,
    LINK,
    TOP,
    MarkupRules,
    join_conditions,
    make_html_markup,
    make_json_markup,
    make_text_markup,
    quote_lark,
)
from gpu_service.grammar.template_spec import TemplateSpec, check_spec

PIECE = 24  # characters of one piece of text
CHARS_PER_STEP = 20  # an estimate: most pieces of text are shorter, slots are longer
MAX_STEPS = 1000  # llguidance keeps right-linear rules below about 2000 steps
SPEND = "flow::incr([40:52])"
SPEND_MUCH = "flow::incr([43:52])"  # eight steps: a branch or a loop holds several pieces


def build_grammar(spec: TemplateSpec) -> str:
    """The grammar of every template of `spec`; InputRefused when none can be built."""
    check_spec(spec)
    markup, slots = _choose_markup(spec), spec.slots
    html = spec.format == "html"
    steps = min(max(spec.max_chars // CHARS_PER_STEP, 12), MAX_STEPS)
    go = f"lt([40:52], {steps})"
    required = [slot.name for slot in slots if slot.required]
    all_required = f"is_ones([0:{len(required)}])" if required else ALWAYS
    flow = [
        *_build_transitions(slots, required, markup, go, html=html),
        *markup.transitions(go, all_required),
    ]
    flow += markup.opening_transitions(go, go)
    empty = [
        *_build_transitions(slots, required, markup, ALWAYS, html=html),
        *markup.opening_transitions(ALWAYS, go),
    ]
    return "\n".join(
        [
            f"start: {quote_lark(markup.prefix)} empty::0x0",
            "flow::_: " + "\n  | ".join(flow),
            "empty::_: " + "\n  | ".join(empty),
            *_build_slot_rules(slots, html=html),
            *control_flow_rules.build_text_rules(slots, html=html, escapes=markup.escapes),
            *_build_terminals(slots, markup),
            "",
        ]
    )


def _build_transitions(
    slots: Sequence[Slot], required: Sequence[str], markup: MarkupRules, go: str, *, html: bool
) -> Iterator[str]:
    text_condition = markup.text_condition
    yield f"TEXT {SPEND} %if {join_conditions(text_condition, go)}"
    if markup.escapes:
        yield f"ESCAPE {SPEND} %if {join_conditions(text_condition, go)}"
    for n, slot in enumerate(slots):
        for form, place, cost in _list_slot_forms(n, slot, markup, html=html):
            if slot.required:
                bit = required.index(slot.name)
                allowed = join_conditions(place, f"bit_clear({bit})")
                yield f"{form} {_mark_required(form, bit)} %if {allowed}"
            yield f"{form} {cost} %if {join_conditions(place, go)}"


def _mark_required(form: str, bit: int) -> str:
    if form.startswith("HREF"):
        return f"empty::bit_or({LINK | 1 << bit:#x})"
    return f"flow::set_bit({bit})"


def _list_slot_forms(
    n: int, slot: Slot, markup: MarkupRules, *, html: bool
) -> Iterator[tuple[str, str, str]]:
    """(form, condition where it is allowed, cost) of each way to write slot number `n`."""
    if not slot_syntax.is_optional(slot):
        if control_flow_rules.is_text_slot(slot, html=html):
            yield f"PRINT_{n}", markup.text_condition, SPEND
        elif slot.type == "url":
            yield f"HREF_{n}", markup.inline_condition, f"empty::bit_or({LINK:#x})"
        if slot.type == "list":
            yield f"loop_{n}", markup.inline_condition, SPEND_MUCH
            if html:
                yield f"list_{n}", TOP, SPEND_MUCH
    if slot_syntax.list_guards(slot):
        yield f"if_{n}", markup.inline_condition, SPEND_MUCH
        if html:
            yield f"blocks_{n}", TOP, SPEND_MUCH


def _build_slot_rules(slots: Sequence[Slot], *, html: bool) -> Iterator[str]:
    for n, slot in enumerate(slots):
        if slot.type == "list":
            yield from control_flow_rules.build_loop_rules(n, slot, slots, html=html)
        if html and slot.type == "url":
            yield f'link_{n}: HREF_{n} TEXT "</a>"'
        if slot_syntax.is_optional(slot):
            yield control_flow_rules.build_guarded_rule(n, slot, html=html)
        if slot_syntax.list_guards(slot):
            build_condition = control_flow_rules.build_condition
            yield f"if_{n}: {build_condition(n, slot, 'body', html=html)}"
            if html:
                yield f"blocks_{n}: {build_condition(n, slot, 'blocks', html=html)}"


def _build_terminals(slots: Sequence[Slot], markup: MarkupRules) -> Iterator[str]:
    letter = rf"([{markup.letters}]|%[ .,;:!?)])"
    yield f"TEXT: /{letter}([0-9]{{0,2}}{letter}){{0,{PIECE - 1}}}[0-9]{{0,2}}/"
    yield r"NEWLINE: /\n\n? {0,4}/"
    if markup.escapes:
        yield f"ESCAPE: {control_flow_rules.join_alternatives(markup.escapes)}"
    for n, slot in enumerate(slots):
        if forms := slot_syntax.list_print_forms(slot):
            yield f"PRINT_{n}: {control_flow_rules.join_alternatives(forms)}"
        if slot.type == "url":
            yield f"HREF_{n}: {quote_lark(control_flow_rules.format_link_tag(slot.name))}"


def _choose_markup(spec: TemplateSpec) -> MarkupRules:
    if spec.format == "json":
        return make_json_markup(spec.fields)
    return make_html_markup() if spec.format == "html" else make_text_markup()
