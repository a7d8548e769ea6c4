"""Programs: compiled templates as data, checked to the last operand before they fill anything.

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
MAX_ITEMS = 1000  # of a list
MAX_STEPS = 2_000_000  # characters and steps; what the compiler lets pass is under half of it
MAX_BYTES = 900_000  # of a filled answer; the platform's limit for a generated body is 1 MB
_WRITERS: dict[str, Callable[[Any], Callable[[Any], Any]]] = {
    "number": make_number_formatter,
    "money": make_money_formatter,
    "moment": make_moment_formatter,
}


class Program:
    """A linked program; `fill` answers for whatever `coerce_values` gives it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """ObjectCorrupt when `data` is not what the compiler writes."""
        self.format = _one_of(data, "format", str)
        if self.format not in ESCAPES:
            raise ObjectCorrupt(f"program: no such format: {self.format[:20]!r}")
        self.content_type = CONTENT_TYPES[self.format]
        self.personal: bool = _one_of(data, "personal", bool)
        self.max_bytes: int = _one_of(data, "max_bytes", int)
        if not 0 <= self.max_bytes <= MAX_BYTES:
            raise ObjectCorrupt(f"program: max_bytes is {self.max_bytes}")
        self.slots: tuple[str, ...] = tuple(_one_of(data, "slots", list))
        if not all(isinstance(name, str) for name in self.slots):
            raise ObjectCorrupt("program: a slot's name is no string")
        expressions = ExpressionLinker([_writer(entry) for entry in _one_of(data, "formats", list)])
        body = _body(_one_of(data, "body", list), expressions, 0)
        if max_steps(body) > MAX_STEPS:
            raise ObjectCorrupt(f"program: its loops may take more than {MAX_STEPS} steps")
        self.fill: Callable[[Mapping[str, Value]], str] = make_filler(body, ESCAPES[self.format])


def link_program(data: Any) -> Program:
    """The program in `data`, ready to fill; ObjectCorrupt on anything malformed."""
    if not isinstance(data, dict) or data.get("v") != VERSION:
        raise ObjectCorrupt(f"program: not of version {VERSION}")
    return Program(data)


def _one_of(data: Mapping[str, Any], name: str, kind: type) -> Any:
    found = data.get(name)
    if type(found) is not kind:
        raise ObjectCorrupt(f"program: {name} is a {type(found).__name__}, not a {kind.__name__}")
    return found


def _writer(entry: Any) -> Callable[[Any], Any]:
    if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str):
        build = _WRITERS.get(entry[0])
        if build is not None:
            return build(entry[1])
    raise ObjectCorrupt("program: a format is malformed")


def _body(data: Any, expressions: ExpressionLinker, depth: int) -> Body:
    if not isinstance(data, list) or depth > MAX_DEPTH:
        raise ObjectCorrupt("program: a body is no list, or lies too deep")
    return tuple(
        [
            node if isinstance(node, str) else _operation(node, expressions, depth + 1)
            for node in data
        ]
    )


def _operation(data: Any, expressions: ExpressionLinker, depth: int) -> Blank | Branch | Loop:
    match data:
        case ["put", ["slot", str(name)]]:
            return Blank(expressions.link(data[1]), name)
        case ["put", expression]:
            return Blank(expressions.link(expression))
        case ["if", [*arms], otherwise]:
            return Branch(
                tuple([_arm(arm, expressions, depth) for arm in arms]),
                _body(otherwise, expressions, depth),
            )
        case ["for", str(name), str(slot), int(bound), body] if 0 <= bound <= MAX_ITEMS:
            return Loop(name, slot, bound, _body(body, expressions, depth))
    raise ObjectCorrupt(f"program: no such operation: {str(data)[:40]!r}")


def _arm(data: Any, expressions: ExpressionLinker, depth: int) -> Any:
    if not isinstance(data, list) or len(data) != 2:
        raise ObjectCorrupt("program: an arm is no pair of test and body")
    return expressions.link(data[0]), _body(data[1], expressions, depth)
