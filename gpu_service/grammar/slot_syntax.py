"""The forms in which a template may write a declared slot.

A model may phrase the text freely but must write each slot in one of these forms, so the compiler
understands every template that the grammar accepts.
"""

from __future__ import annotations

from collections.abc import Iterable

from edgefill.core.slots import Slot


def _list_styles(name: str) -> tuple[str, ...]:
    """The filter `name` without and with each of Babel's styles, in single and double quotes."""
    styles = ("short", "medium", "long", "full") if name == "date" else ("short", "medium")
    return (f" | {name}", *(f" | {name}({q}{style}{q})" for style in styles for q in "'\""))


FILTERS: dict[str, tuple[str, ...]] = {
    "text": ("",),
    "name": ("",),
    "enum": ("",),
    "url": ("",),
    "number": (" | number",),
    "money": (" | money",),
    "date": _list_styles("date"),
    "datetime": (*_list_styles("date"), *_list_styles("time")),
}


def list_print_forms(slot: Slot, path: str | None = None) -> tuple[str, ...]:
    """The forms that print `slot` (as `path` in a loop); none for booleans and lists of records."""
    if slot.type == "list" and any(not field.name for field in slot.item):
        return tuple(f"{{{{ {slot.name} | join({q}, {q}) }}}}" for q in "'\"")
    return tuple(f"{{{{ {path or slot.name}{f} }}}}" for f in FILTERS.get(slot.type, ()))


def is_optional(slot: Slot) -> bool:
    """Whether `slot` may be undefined when a template is filled, so that it needs a guard."""
    return not slot.required and slot.default is None and slot.type != "boolean"


def list_guards(slot: Slot) -> tuple[str, ...]:
    """The opening tags of the conditions on `slot`."""
    if slot.type == "boolean":
        return (f"{{% if {slot.name} %}}", f"{{% if not {slot.name} %}}")
    if is_optional(slot):
        return (f"{{% if {slot.name} is defined %}}",)
    return tuple(f"{{% if {test} %}}" for test in list_comparisons(slot))


def list_comparisons(slot: Slot) -> tuple[str, ...]:
    """`tier == 'gold'` for each value of an enum that needs no escape."""
    choices = slot.values if slot.type == "enum" else ()
    return tuple(f"{slot.name} == '{choice}'" for choice in choices if _needs_no_escape(choice))


def choose_loop_variable(slots: Iterable[Slot]) -> str:
    """The name of a loop's item: `i`, or as many more as it takes to differ from every slot."""
    names = {slot.name for slot in slots}
    name = "i"
    while name in names:
        name += "i"
    return name


def format_item_path(field: Slot, variable: str) -> str:
    """The path of `field` in a loop over `variable`; a scalar item's only field is named ""."""
    return f"{variable}.{field.name}" if field.name else variable


def is_writable(slot: Slot) -> bool:
    """Whether a template can write `slot`: a list needs a field that can be printed."""
    return slot.type != "list" or any(list_print_forms(field) for field in slot.item)


def _needs_no_escape(choice: str) -> bool:
    return choice.replace("-", "").replace("_", "").replace(" ", "").isalnum()
