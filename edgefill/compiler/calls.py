"""Calls: the filters a template may use, their parameters and what they work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes

from edgefill.compiler import cldr
from edgefill.compiler.tree import STRINGS, Typed
from edgefill.core.errors import SlotValueRefused
from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_value

Apply = Callable[["Call"], Typed]
MOST_CHARS = 100_000  # a truncate or default longer than this is a mistake


class CallRefused(ValueError):
    """A filter is used where it cannot be; the text says why and what to write."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One use of a filter: its input, its arguments by name and where formats are kept."""

    value: Typed
    arguments: dict[str, Any]
    locale: str
    keep: Callable[[list[Any]], int]  # a format's index in the program


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter's parameters with their defaults (all literals), its inputs and its effect."""

    parameters: tuple[tuple[str, tuple[type, ...], Any], ...]
    takes: frozenset[str]
    apply: Apply


def literal_of(node: nodes.Node) -> Any:
    """A literal's value; ValueError when `node` is none (names, none, lists)."""
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        inner = node.node.value
        if type(inner) in (int, float):
            return -inner
    if isinstance(node, nodes.Const) and type(node.value) in (str, int, float, bool):
        return node.value
    raise ValueError("not a literal")


def bind(node: nodes.Filter, signature: Filter) -> dict[str, Any]:
    """A filter's arguments by name; CallRefused when they do not fit."""
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise CallRefused("arguments are unpacked with a star", "write each argument")
    given = [*(("", argument) for argument in node.args), *((p.key, p.value) for p in node.kwargs)]
    bound = {name: default for name, _, default in signature.parameters}
    allowed = {name: types for name, types, _ in signature.parameters}
    seen: set[str] = set()
    for position, (key, argument) in enumerate(given):
        name = key or (list(allowed)[position] if position < len(allowed) else "")
        if name not in allowed or name in seen:
            known = ", ".join(allowed) or "none"
            raise CallRefused(f"{node.name} has no such argument", f"its arguments: {known}")
        seen.add(name)
        bound[name] = _argument(node.name, name, argument, allowed[name])
    return bound


def _argument(filter_: str, name: str, node: nodes.Node, types: tuple[type, ...]) -> Any:
    try:
        value = literal_of(node)
    except ValueError:
        raise CallRefused(f"{filter_}'s {name} is no literal", "write the value itself") from None
    if type(value) not in types or (type(value) is int and not -MOST_CHARS < value < MOST_CHARS):
        kinds = " or ".join(kind.__name__ for kind in types)
        raise CallRefused(f"{filter_}'s {name} does not fit", f"write a {kinds}")
    return value


def _stand_in(call: Call) -> Typed:
    value, stand_in = call.value, call.arguments["default_value"]
    fits = {str: STRINGS, int: {"number"}, float: {"number"}, bool: {"boolean"}}[type(stand_in)]
    if value.kind in {"money", "date", "datetime"} and isinstance(stand_in, str):
        _check_moment_or_money(value, stand_in)
    elif value.kind not in fits:
        raise CallRefused(
            f"the default of a {value.kind} is a {type(stand_in).__name__}",
            "write a default of the slot's own type, or format the slot first",
        )
    return replace(
        value,
        data=["default", value.data, stand_in, call.arguments["boolean"]],
        defined=True,
        chars=max(value.chars, len(str(stand_in))),
        plain=False,
        slot=None if value.kind in STRINGS else value.slot,
        kind="text" if value.kind in STRINGS else value.kind,
    )


def _check_moment_or_money(value: Typed, stand_in: str) -> None:
    slot = value.slot or Slot(name="", type=value.kind)
    try:
        coerce_value(slot, stand_in)
    except SlotValueRefused:
        raise CallRefused(
            f"the default is no {value.kind}",
            f"format the slot first, then default: x | {value.kind} | default('...')",
        ) from None


def _text(name: str, growth: int = 3) -> Apply:
    """Case filters: one character may become three, as in 'ΐ'.upper()."""

    def apply(call: Call) -> Typed:
        chars = call.value.chars * growth
        return Typed(data=[name, call.value.data], kind="text", chars=chars)

    return apply


def _truncate(call: Call) -> Typed:
    length, kill, end, leeway = (
        call.arguments[name] for name in ("length", "killwords", "end", "leeway")
    )
    if length < len(end) or leeway < 0:
        raise CallRefused("truncate is shorter than its end", "write a longer length")
    data = ["truncate", call.value.data, length, kill, end, leeway]
    chars = min(call.value.chars, length + leeway)
    defined = call.value.defined
    return Typed(data=data, kind="text", defined=defined, chars=max(chars, len(end)))


def _urlencode(call: Call) -> Typed:
    chars = call.value.chars * 12
    return Typed(data=["urlencode", call.value.data], kind="text", chars=chars, plain=True)


def _join(call: Call) -> Typed:
    slot = call.value.slot
    assert slot is not None  # only a slot is of kind list
    attribute = call.arguments["attribute"] or ""
    item = next((item for item in slot.item if item.name == attribute), None)
    if item is None or item.type not in {*STRINGS, "number", "date", "datetime"}:
        raise CallRefused(
            "join cannot print these items", "name a text field: join(', ', attribute='...')"
        )
    between = call.arguments["d"]
    chars = slot.max_items * (chars_of(item) + len(between))
    return Typed(data=["join", call.value.data, between, attribute], kind="text", chars=chars)


def _length(call: Call) -> Typed:
    return Typed(data=["length", call.value.data], kind="number", chars=6, plain=True)


def _first(call: Call) -> Typed:
    data = ["first", call.value.data]
    if call.value.kind != "list":
        return Typed(data=data, kind="text", chars=1, defined=False)
    slot = call.value.slot
    assert slot is not None  # only a slot is of kind list
    if slot.item[0].name:
        raise CallRefused("first gives a whole record", "loop over the list, or use its fields")
    item = slot.item[0]
    return Typed(data=data, kind=item.type, chars=chars_of(item), defined=False, slot=item)


def _formatted(call: Call, resolved: list[Any]) -> Typed:
    return Typed(
        data=["format", call.value.data, call.keep(resolved)],
        kind="text",
        defined=call.value.defined,
        chars=_format_chars(resolved),
    )


def _number(call: Call) -> Typed:
    return _formatted(call, cldr.resolve_number_format(call.locale))


def _money(call: Call) -> Typed:
    currencies = call.value.slot.values if call.value.slot else ()
    if not currencies:
        raise CallRefused("the money slot declares no currencies", "name them in the catalogue")
    return _formatted(call, cldr.resolve_money_format(call.locale, currencies))


def _moment(what: str) -> Apply:
    def apply(call: Call) -> Typed:
        style = call.arguments["format"]
        styles = ("short", "medium", "long", "full")[: 4 if what == "date" else 2]
        if style not in styles:
            raise CallRefused(f"{what} has no style {style!r}", f"styles: {', '.join(styles)}")
        return _formatted(call, cldr.resolve_moment_format(call.locale, what, style))

    return apply


def _format_chars(resolved: Any) -> int:
    """Every string of the format at once, and 80 for the digits: more than any value prints."""
    if isinstance(resolved, str):
        return len(resolved)
    if isinstance(resolved, dict):
        return max(_format_chars(pattern) for pattern in resolved.values())
    return 80 + sum(_format_chars(part) for part in resolved if not isinstance(part, int))


def chars_of(slot: Slot) -> int:
    """The most characters that the slot's value prints."""
    if slot.type in {"text", "name", "url"}:
        return slot.max_length
    if slot.type == "enum":
        return max((len(value) for value in slot.values), default=0)
    return {"boolean": 5, "datetime": 40}.get(slot.type, 30)


_FORMATS = (("format", (str,), "medium"),)
FILTERS: dict[str, Filter] = {
    "default": Filter(
        parameters=(("default_value", (str, int, float, bool), ""), ("boolean", (bool,), False)),
        takes=STRINGS | {"number", "boolean", "money", "date", "datetime"},
        apply=_stand_in,
    ),
    **{
        name: Filter(parameters=(), takes=STRINGS, apply=_text(name))
        for name in ("upper", "lower", "title", "capitalize")
    },
    "truncate": Filter(
        parameters=(
            ("length", (int,), 255),
            ("killwords", (bool,), False),
            ("end", (str,), "..."),
            ("leeway", (int,), 5),
        ),
        takes=STRINGS,
        apply=_truncate,
    ),
    "urlencode": Filter(parameters=(), takes=STRINGS, apply=_urlencode),
    "join": Filter(
        parameters=(("d", (str,), ""), ("attribute", (str,), None)),
        takes=frozenset({"list"}),
        apply=_join,
    ),
    "length": Filter(parameters=(), takes=STRINGS | {"list"}, apply=_length),
    "first": Filter(parameters=(), takes=STRINGS | {"list"}, apply=_first),
    "number": Filter(parameters=(), takes=frozenset({"number"}), apply=_number),
    "money": Filter(parameters=(), takes=frozenset({"money"}), apply=_money),
    "date": Filter(
        parameters=_FORMATS, takes=frozenset({"date", "datetime"}), apply=_moment("date")
    ),
    "time": Filter(
        parameters=(("format", (str,), "short"),),
        takes=frozenset({"datetime"}),
        apply=_moment("time"),
    ),
}
