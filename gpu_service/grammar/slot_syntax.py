"""Idioms: the canonical ways a template may write one declared slot.

A model may phrase the text as it likes, but each slot in these forms only; so every template
that the grammar lets through is one that the compiler knows.
"""

from __future__ import annotations

from collections.abc import Iterable

from edgefill.core.slots import Slot


def _styled(name: str) -> tuple[str, ...]:
    """A filter without and with a style of Babel's; both quotes, since people write both."""
    styles = ("short", "medium", "long", "full") if name == "date" else ("short", "medium")
    return (f" | {name}", *(f" | {name}({q}{style}{q})" for style in styles for q in "'\""))


FILTERS: dict[str, tuple[str, ...]] = {
    "text": ("",),
    "name": ("",),
    "enum": ("",),
    "url": ("",),
    "number": (" | number",),
    "money": (" | money",),
    "date": _styled("date"),
    "datetime": (*_styled("date"), *_styled("time")),
}


def printed(slot: Slot, path: str | None = None) -> tuple[str, ...]:
    """The ways to print `slot` (as `path` in a loop); none for booleans and lists of records."""
    if slot.type == "list" and any(not field.name for field in slot.item):
        return tuple(f"{{{{ {slot.name} | join({q}, {q}) }}}}" for q in "'\"")
    return tuple(f"{{{{ {path or slot.name}{f} }}}}" for f in FILTERS.get(slot.type, ()))


def optional(slot: Slot) -> bool:
    """Whether `slot` may be undefined when a template is filled: printed under a guard only."""
    return not slot.required and slot.default is None and slot.type != "boolean"


def guards(slot: Slot) -> tuple[str, ...]:
    """The opening tags of the conditions that `slot` may decide."""
    if slot.type == "boolean":
        return (f"{{% if {slot.name} %}}", f"{{% if not {slot.name} %}}")
    if optional(slot):
        return (f"{{% if {slot.name} is defined %}}",)
    return tuple(f"{{% if {test} %}}" for test in comparisons(slot))


def comparisons(slot: Slot) -> tuple[str, ...]:
    """`tier == 'gold'` for each choice of an enum that needs no escape."""
    choices = slot.values if slot.type == "enum" else ()
    return tuple(f"{slot.name} == '{choice}'" for choice in choices if _plain(choice))


def loop_variable(slots: Iterable[Slot]) -> str:
    """The name of one list item: `i`, or longer until no slot has it."""
    taken = {slot.name for slot in slots}
    name = "i"
    while name in taken:
        name += "i"
    return name


def path(field: Slot, variable: str) -> str:
    """How a loop over `variable` names `field`; the one field of a scalar item is named ""."""
    return f"{variable}.{field.name}" if field.name else variable


def writable(slot: Slot) -> bool:
    """Whether a template can write `slot` at all: a list needs a field that can be printed."""
    return slot.type != "list" or any(printed(field) for field in slot.item)


def _plain(choice: str) -> bool:
    return choice.replace("-", "").replace("_", "").replace(" ", "").isalnum()
