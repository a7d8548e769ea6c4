"""The filters that a template may use, and what each one makes of its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from edgefill.compiler.language import cldr
from edgefill.compiler.language.filter_calls import FilterCall, FilterRefused, FilterSignature
from edgefill.compiler.language.typed_tree import STRINGS, TypedExpression
from edgefill.core.errors import SlotValueRefused
from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_value


def measure_slot(slot: Slot) -> int:
    """The most characters that the slot's value prints."""
    if slot.type in {"text", "name", "url"}:
        return slot.max_length
    if slot.type == "enum":
        return max((len(value) for value in slot.values), default=0)
    return {"boolean": 5, "datetime": 40}.get(slot.type, 30)


def _apply_default(call: FilterCall) -> TypedExpression:
    value, default = call.value, call.arguments["default_value"]
    fitting = {str: STRINGS, int: {"number"}, float: {"number"}, bool: {"boolean"}}[type(default)]
    if value.kind in {"money", "date", "datetime"} and isinstance(default, str):
        _check_default(value, default)
    elif value.kind not in fitting:
        raise FilterRefused(
            f"the default of a {value.kind} is of type {type(default).__name__}",
            "write a default of the slot's own type, or format the slot first",
        )
    return replace(
        value,
        data=["default", value.data, default, call.arguments["boolean"]],
        defined=True,
        max_chars=max(value.max_chars, len(str(default))),
        escape_free=False,
        slot=None if value.kind in STRINGS else value.slot,
        kind="text" if value.kind in STRINGS else value.kind,
    )


def _check_default(value: TypedExpression, default: str) -> None:
    """FilterRefused unless `default` is an amount, date or datetime as the slot takes it."""
    slot = value.slot or Slot(name="", type=value.kind)
    try:
        coerce_value(slot, default)
    except SlotValueRefused:
        raise FilterRefused(
            f"the default is not a valid {value.kind}",
            f"format the slot first, then add the default: x | {value.kind} | default('...')",
        ) from None


def _make_case_filter(name: str) -> Callable[[FilterCall], TypedExpression]:
    """`upper` and the like; one character may become three, as in 'ΐ'.upper()."""

    def apply(call: FilterCall) -> TypedExpression:
        return TypedExpression(
            data=[name, call.value.data], kind="text", max_chars=call.value.max_chars * 3
        )

    return apply


def _apply_truncate(call: FilterCall) -> TypedExpression:
    length, kill, end, leeway = (
        call.arguments[name] for name in ("length", "killwords", "end", "leeway")
    )
    if length < len(end) or leeway < 0:
        raise FilterRefused(
            "truncate has a length below that of its end, or a negative leeway",
            f"write a length of at least {len(end)} and a leeway of at least 0",
        )
    return TypedExpression(
        data=["truncate", call.value.data, length, kill, end, leeway],
        kind="text",
        defined=call.value.defined,
        max_chars=max(min(call.value.max_chars, length + leeway), len(end)),
    )


def _apply_urlencode(call: FilterCall) -> TypedExpression:
    # a character is at most four bytes, each written as three characters
    return TypedExpression(
        data=["urlencode", call.value.data],
        kind="text",
        max_chars=call.value.max_chars * 12,
        escape_free=True,
    )


def _apply_join(call: FilterCall) -> TypedExpression:
    slot = call.value.slot
    assert slot is not None  # only a slot is of kind list
    attribute = call.arguments["attribute"] or ""
    item = next((item for item in slot.item if item.name == attribute), None)
    if item is None or item.type not in {*STRINGS, "number", "date", "datetime"}:
        raise FilterRefused(
            "join cannot print the items of this list",
            "name a text field: join(', ', attribute='...')",
        )
    separator = call.arguments["d"]
    return TypedExpression(
        data=["join", call.value.data, separator, attribute],
        kind="text",
        max_chars=slot.max_items * (measure_slot(item) + len(separator)),
    )


def _apply_length(call: FilterCall) -> TypedExpression:
    return TypedExpression(
        data=["length", call.value.data], kind="number", max_chars=6, escape_free=True
    )


def _apply_first(call: FilterCall) -> TypedExpression:
    data = ["first", call.value.data]
    if call.value.kind != "list":
        return TypedExpression(data=data, kind="text", max_chars=1, defined=False)
    slot = call.value.slot
    assert slot is not None  # only a slot is of kind list
    item = slot.item[0]
    if item.name:
        raise FilterRefused(
            "first returns a whole record, which cannot be printed",
            "loop over the list and print a field of its items",
        )
    return TypedExpression(
        data=data, kind=item.type, max_chars=measure_slot(item), defined=False, slot=item
    )


def _apply_number(call: FilterCall) -> TypedExpression:
    return _apply_format(call, cldr.resolve_number_format(call.locale))


def _apply_money(call: FilterCall) -> TypedExpression:
    currencies = call.value.slot.values if call.value.slot else ()
    if not currencies:
        raise FilterRefused(
            "the money slot declares no currencies", "name its currencies in the catalogue"
        )
    return _apply_format(call, cldr.resolve_money_format(call.locale, currencies))


def _make_moment_filter(name: str) -> Callable[[FilterCall], TypedExpression]:
    """The filters `date` and `time`."""

    def apply(call: FilterCall) -> TypedExpression:
        style = call.arguments["format"]
        styles = ("short", "medium", "long", "full")[: 4 if name == "date" else 2]
        if style not in styles:
            raise FilterRefused(
                f"{name} does not have the style {style!r}", f"its styles are: {', '.join(styles)}"
            )
        return _apply_format(call, cldr.resolve_moment_format(call.locale, name, style))

    return apply


def _apply_format(call: FilterCall, resolved: list[Any]) -> TypedExpression:
    return TypedExpression(
        data=["format", call.value.data, call.add_format(resolved)],
        kind="text",
        defined=call.value.defined,
        max_chars=_measure_format(resolved),
    )


def _measure_format(resolved: Any) -> int:
    """An upper bound of what a format prints: all of its strings together, and 80 for digits."""
    if isinstance(resolved, str):
        return len(resolved)
    if isinstance(resolved, dict):
        return max(_measure_format(pattern) for pattern in resolved.values())
    return 80 + sum(_measure_format(part) for part in resolved if not isinstance(part, int))


FILTERS: dict[str, FilterSignature] = {
    "default": FilterSignature(
        parameters=(("default_value", (str, int, float, bool), ""), ("boolean", (bool,), False)),
        input_kinds=STRINGS | {"number", "boolean", "money", "date", "datetime"},
        apply=_apply_default,
    ),
    **{
        name: FilterSignature(parameters=(), input_kinds=STRINGS, apply=_make_case_filter(name))
        for name in ("upper", "lower", "title", "capitalize")
    },
    "truncate": FilterSignature(
        parameters=(
            ("length", (int,), 255),
            ("killwords", (bool,), False),
            ("end", (str,), "..."),
            ("leeway", (int,), 5),
        ),
        input_kinds=STRINGS,
        apply=_apply_truncate,
    ),
    "urlencode": FilterSignature(parameters=(), input_kinds=STRINGS, apply=_apply_urlencode),
    "join": FilterSignature(
        parameters=(("d", (str,), ""), ("attribute", (str,), None)),
        input_kinds=frozenset({"list"}),
        apply=_apply_join,
    ),
    "length": FilterSignature(parameters=(), input_kinds=STRINGS | {"list"}, apply=_apply_length),
    "first": FilterSignature(parameters=(), input_kinds=STRINGS | {"list"}, apply=_apply_first),
    "number": FilterSignature(
        parameters=(), input_kinds=frozenset({"number"}), apply=_apply_number
    ),
    "money": FilterSignature(parameters=(), input_kinds=frozenset({"money"}), apply=_apply_money),
    "date": FilterSignature(
        parameters=(("format", (str,), "medium"),),
        input_kinds=frozenset({"date", "datetime"}),
        apply=_make_moment_filter("date"),
    ),
    "time": FilterSignature(
        parameters=(("format", (str,), "short"),),
        input_kinds=frozenset({"datetime"}),
        apply=_make_moment_filter("time"),
    ),
}
