"""Lark rules of the conditions and loops over the declared slots; they do not use the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgefill.core.slots import Slot
from gpu_service.grammar import slot_syntax
from gpu_service.grammar.markup import quote_lark

SEPARATORS = tuple(f"{{% if not loop.last %}}{mark}{{% endif %}}" for mark in (", ", "; ", " · "))
INLINE_TAGS = ("strong", "em", "small")


def join_alternatives(forms: Sequence[str]) -> str:
    """`forms` as Lark strings, joined as alternatives."""
    return " | ".join(quote_lark(form) for form in forms)


def build_text_rules(slots: Sequence[Slot], *, html: bool, escapes: Sequence[str]) -> Iterator[str]:
    """Rules `plain`, `piece`, `body` and `blocks`: text and the slots that are always defined."""
    free = [n for n, slot in enumerate(slots) if not slot_syntax.is_optional(slot)]
    plain = ["TEXT", *(["ESCAPE"] if escapes else [])]
    plain += [f"PRINT_{n}" for n in free if is_text_slot(slots[n], html=html)]
    yield f"plain: {' | '.join(plain)}"
    elements = [f'"<{tag}>" plain{{1,4}} "</{tag}>"' for tag in INLINE_TAGS] if html else []
    links = [f"link_{n}" for n in free if html and slots[n].type == "url"]
    yield f"piece: {' | '.join(['plain', *elements, *links])}"
    yield "body: piece{1,8}"
    if html:
        yield 'blocks: (NEWLINE? "<p>" body "</p>" NEWLINE?){1,3}'


def is_text_slot(slot: Slot, *, html: bool) -> bool:
    """Whether `slot` may be printed as text: in HTML a URL is allowed only in href."""
    return bool(slot_syntax.list_print_forms(slot)) and not (html and slot.type == "url")


def build_guarded_rule(n: int, slot: Slot, *, html: bool) -> str:
    """The rule `own_n`: slot number `n`, inside a guard that makes sure it is defined."""
    forms = [f"loop_{n}"] if slot.type == "list" else []
    forms += [f"link_{n}"] if html and slot.type == "url" else []
    if is_text_slot(slot, html=html):
        forms.append(f"PRINT_{n}")
        forms += [f'"<{tag}>" PRINT_{n} "</{tag}>"' for tag in INLINE_TAGS if html]
    return f"own_{n}: {' | '.join(forms)}"


def build_condition(n: int, slot: Slot, body: str, *, html: bool) -> str | None:
    """The rule of a condition on slot number `n` whose branches are `body`."""
    opens = slot_syntax.list_guards(slot)
    if not opens:
        return None
    otherwise = f'("{{% else %}}" {body})? "{{% endif %}}"'
    guarded_body = f"piece{{0,6}} own_{n} (piece | own_{n}){{0,6}}"
    then = guarded_body if slot_syntax.is_optional(slot) else body
    if slot_syntax.is_optional(slot) and body == "blocks":
        whole = f"list_{n} | " if slot.type == "list" else ""
        then = f'({whole}"<p>" {then} "</p>")'
    other = join_alternatives(
        [f"{{% elif {test} %}}" for test in slot_syntax.list_comparisons(slot)]
    )
    elifs = f"(({other}) {body}){{0,3}} " if other else ""
    return f"({join_alternatives(opens)}) {then} {elifs}{otherwise}"


def build_loop_rules(n: int, slot: Slot, slots: Sequence[Slot], *, html: bool) -> Iterator[str]:
    """The rules `loop_n`, the list inside a line, and for HTML `items_n`, as `<li>` elements."""
    variable = slot_syntax.choose_loop_variable(slots)
    head = quote_lark(f"{{% for {variable} in {slot.name} %}}")
    yield from _build_field_rules(n, slot, variable, html=html)
    yield f"item_{n}: TEXT? field_{n} (TEXT field_{n}){{0,4}} TEXT?"
    yield f'loop_{n}: {head} item_{n} ({join_alternatives(SEPARATORS)})? "{{% endfor %}}"'
    if html:
        one = f'NEWLINE? "<li>" item_{n} "</li>" NEWLINE?'
        yield f'items_{n}: NEWLINE? {head} {one} "{{% endfor %}}" NEWLINE?'
        yield f'list_{n}: "<ul>" items_{n} "</ul>" | "<ol>" items_{n} "</ol>"'


def _build_field_rules(n: int, slot: Slot, variable: str, *, html: bool) -> Iterator[str]:
    paths = [(field, slot_syntax.format_item_path(field, variable)) for field in slot.item]
    links = [path for field, path in paths if html and field.type == "url"]
    forms = [form for field, path in paths if path not in links
             for form in slot_syntax.list_print_forms(field, path)]  # fmt: skip
    hrefs = [_build_link(n, field, path) for field, path in paths if path in links]
    yield f"label_{n}: {' | '.join(['TEXT', *map(quote_lark, forms)])}"
    yield f"field_{n}: {' | '.join([*map(quote_lark, forms), *hrefs])}"


def _build_link(n: int, field: Slot, path: str) -> str:
    """A link in a loop, inside a guard when the item's URL may be undefined."""
    link = f'{quote_lark(format_link_tag(path))} label_{n} "</a>"'
    if not slot_syntax.is_optional(field):
        return link
    return f'{quote_lark(f"{{% if {path} is defined %}}")} {link} "{{% endif %}}"'


def format_link_tag(path: str) -> str:
    """The opening tag of a link to the URL at `path`."""
    return '<a href="{{ ' + path + ' }}">'
