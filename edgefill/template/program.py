"""Link a program, which is a compiled template as data, and select its format's escape function.

Every operand is checked before the program fills a page.

A program is {"v": 1, "format", "slots": [name, ...], "personal", "max_bytes", "formats", "body"}.
A format is ["number", pattern], ["money", {currency: pattern}] or ["moment", pattern]. A body is
a list of static strings and operations: ["put", expression], ["if", [[test, body], ...], body] and
["for", name, slot, bound, body].
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.experience import CONTENT_TYPES
from edgefill.template.amounts import make_money_formatter, make_number_formatter
from edgefill.template.escape import ESCAPES
from edgefill.template.expressions import ExpressionLinker
from edgefill.template.fill import Blank, Branch, Loop, make_filler, max_steps
from edgefill.template.moments import make_moment_formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from edgefill.core.slots import Value
    from edgefill.template.fill import Body

VERSION = 1
MAX_DEPTH = 12  # bodies in bodies
MAX_ITEMS = 1000  # items of a list
MAX_STEPS = 2_000_000  # characters and steps; the compiler accepts less than half
MAX_BYTES = 900_000  # bytes of a filled answer; the platform's limit for a generated body is 1 MB
_FORMATTERS: dict[str, Callable[[Any], Callable[[Any], Any]]] = {
    "number": make_number_formatter,
    "money": make_money_formatter,
    "moment": make_moment_formatter,
}


class Program:
    """A linked program; `fill` accepts every result of `coerce_values` and returns the text."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """ObjectCorrupt when `data` is not in the form that the compiler writes."""
        self.format = _read_field(data, "format", str)
        if self.format not in ESCAPES:
            raise ObjectCorrupt(f"program: no such format: {self.format[:20]!r}")
        self.content_type = CONTENT_TYPES[self.format]
        self.personal: bool = _read_field(data, "personal", bool)
        self.max_bytes: int = _read_field(data, "max_bytes", int)
        if not 0 <= self.max_bytes <= MAX_BYTES:
            raise ObjectCorrupt(f"program: max_bytes is {self.max_bytes}")
        self.slots: tuple[str, ...] = tuple(_read_field(data, "slots", list))
        if not all(isinstance(name, str) for name in self.slots):
            raise ObjectCorrupt("program: a slot's name is not a string")
        linker = ExpressionLinker(
            [_link_format(entry) for entry in _read_field(data, "formats", list)]
        )
        body = _link_body(_read_field(data, "body", list), linker, 0)
        if max_steps(body) > MAX_STEPS:
            raise ObjectCorrupt(f"program: its loops may take more than {MAX_STEPS} steps")
        self.fill: Callable[[Mapping[str, Value]], str] = make_filler(body, ESCAPES[self.format])


def link_program(data: Any) -> Program:
    """The program in `data`, ready to fill; ObjectCorrupt on anything malformed."""
    if not isinstance(data, dict) or data.get("v") != VERSION:
        raise ObjectCorrupt(f"program: not of version {VERSION}")
    return Program(data)


def _read_field(data: Mapping[str, Any], name: str, kind: type) -> Any:
    field = data.get(name)
    if type(field) is not kind:
        raise ObjectCorrupt(f"program: {name} is a {type(field).__name__}, not a {kind.__name__}")
    return field


def _link_format(entry: Any) -> Callable[[Any], Any]:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str):
        build = _FORMATTERS.get(entry[0])
        if build is not None:
            return build(entry[1])
    raise ObjectCorrupt("program: a format is malformed")


def _link_body(data: Any, linker: ExpressionLinker, depth: int) -> Body:
    if not isinstance(data, list) or depth > MAX_DEPTH:
        raise ObjectCorrupt("program: a body is not a list or is nested too deeply")
    return tuple(
        [
            node if isinstance(node, str) else _link_operation(node, linker, depth + 1)
            for node in data
        ]
    )


def _link_operation(data: Any, linker: ExpressionLinker, depth: int) -> Blank | Branch | Loop:
    match data:
        case ["put", ["slot", str(name)]]:
            return Blank(linker.link(data[1]), name)
        case ["put", expression]:
            return Blank(linker.link(expression))
        case ["if", [*arms], otherwise]:
            return Branch(
                tuple([_link_arm(arm, linker, depth) for arm in arms]),
                _link_body(otherwise, linker, depth),
            )
        case ["for", str(name), str(slot), int(bound), body] if 0 <= bound <= MAX_ITEMS:
            return Loop(name, slot, bound, _link_body(body, linker, depth))
    raise ObjectCorrupt(f"program: no such operation: {str(data)[:40]!r}")


def _link_arm(data: Any, linker: ExpressionLinker, depth: int) -> Any:
    if not isinstance(data, list) or len(data) != 2:
        raise ObjectCorrupt("program: an arm is not a pair of test and body")
    return linker.link(data[0]), _link_body(data[1], linker, depth)
