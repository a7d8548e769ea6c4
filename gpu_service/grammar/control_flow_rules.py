"""Branches: the conditions and loops over the declared slots, as plain Lark rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgefill.core.slots import Slot
from gpu_service.grammar import slot_syntax as idioms
from gpu_service.grammar.markup import quote

SEPARATORS = tuple(f"{{% if not loop.last %}}{mark}{{% endif %}}" for mark in (", ", "; ", " · "))
HTML_WORDS = ("strong", "em", "small")


def terms(forms: Sequence[str]) -> str:
    """Lark strings in alternation."""
    return " | ".join(quote(form) for form in forms)


def pieces(slots: Sequence[Slot], *, html: bool, escapes: Sequence[str]) -> Iterator[str]:
    """`plain` and `piece`: text and the slots that are always defined, outside the state."""
    free = [n for n, slot in enumerate(slots) if not idioms.optional(slot)]
    plain = ["TEXT", *(["ESCAPE"] if escapes else [])]
    plain += [f"PRINT_{n}" for n in free if prints_in_text(slots[n], html=html)]
    yield f"plain: {' | '.join(plain)}"
    marked = [f'"<{tag}>" plain{{1,4}} "</{tag}>"' for tag in HTML_WORDS] if html else []
    links = [f"link_{n}" for n in free if html and slots[n].type == "url"]
    yield f"piece: {' | '.join(['plain', *marked, *links])}"
    yield "body: piece{1,8}"
    if html:
        yield 'blocks: (NEWLINE? "<p>" body "</p>" NEWLINE?){1,3}'


def prints_in_text(slot: Slot, *, html: bool) -> bool:
    """Whether `slot` may be printed as text: in HTML a URL stands in href alone."""
    return bool(idioms.printed(slot)) and not (html and slot.type == "url")


def own(n: int, slot: Slot, *, html: bool) -> str:
    """`own_n`: slot number `n` written once where its guard has shown that it is defined."""
    forms = [f"loop_{n}"] if slot.type == "list" else []
    forms += [f"link_{n}"] if html and slot.type == "url" else []
    if prints_in_text(slot, html=html):
        forms.append(f"PRINT_{n}")
        forms += [f'"<{tag}>" PRINT_{n} "</{tag}>"' for tag in HTML_WORDS if html]
    return f"own_{n}: {' | '.join(forms)}"


def condition(n: int, slot: Slot, body: str, *, html: bool) -> str | None:
    """The rule of a condition on slot number `n` whose branches are `body`."""
    opens = idioms.guards(slot)
    if not opens:
        return None
    otherwise = f'("{{% else %}}" {body})? "{{% endif %}}"'
    owned = f"piece{{0,6}} own_{n} (piece | own_{n}){{0,6}}"
    then = owned if idioms.optional(slot) else body
    if idioms.optional(slot) and body == "blocks":
        whole = f"list_{n} | " if slot.type == "list" else ""
        then = f'({whole}"<p>" {then} "</p>")'
    other = terms([f"{{% elif {test} %}}" for test in idioms.comparisons(slot)])
    elifs = f"(({other}) {body}){{0,3}} " if other else ""
    return f"({terms(opens)}) {then} {elifs}{otherwise}"


def loop(n: int, slot: Slot, slots: Sequence[Slot], *, html: bool) -> Iterator[str]:
    """`loop_n`: the list written inside a line; in HTML `items_n` too, as `<li>` elements."""
    variable = idioms.loop_variable(slots)
    head = quote(f"{{% for {variable} in {slot.name} %}}")
    yield from _fields(n, slot, variable, html=html)
    yield f"item_{n}: TEXT? field_{n} (TEXT field_{n}){{0,4}} TEXT?"
    yield f'loop_{n}: {head} item_{n} ({terms(SEPARATORS)})? "{{% endfor %}}"'
    if html:
        one = f'NEWLINE? "<li>" item_{n} "</li>" NEWLINE?'
        yield f'items_{n}: NEWLINE? {head} {one} "{{% endfor %}}" NEWLINE?'
        yield f'list_{n}: "<ul>" items_{n} "</ul>" | "<ol>" items_{n} "</ol>"'


def _fields(n: int, slot: Slot, variable: str, *, html: bool) -> Iterator[str]:
    paths = [(field, idioms.path(field, variable)) for field in slot.item]
    links = [path for field, path in paths if html and field.type == "url"]
    forms = [form for field, path in paths if path not in links
             for form in idioms.printed(field, path)]  # fmt: skip
    hrefs = [_link(n, field, path) for field, path in paths if path in links]
    yield f"label_{n}: {' | '.join(['TEXT', *map(quote, forms)])}"
    yield f"field_{n}: {' | '.join([*map(quote, forms), *hrefs])}"


def _link(n: int, field: Slot, path: str) -> str:
    """A link in a loop; under a guard when the item's URL may be undefined."""
    link = f'{quote(href(path))} label_{n} "</a>"'
    if not idioms.optional(field):
        return link
    return f'{quote(f"{{% if {path} is defined %}}")} {link} "{{% endif %}}"'


def href(path: str) -> str:
    """The opening tag of a link to the URL at `path`."""
    return '<a href="{{ ' + path + ' }}">'
