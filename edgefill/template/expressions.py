"""Expressions: what a program's blanks and tests compute, linked from data to closures.

An expression is a list, operation first: ["slot", "name"], ["upper", expression]. Linking checks
every operand, so that a tampered program is refused whole and none of it ever runs as code. A
scope maps names to values; undefined is None. No closure raises, whatever the scope holds.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt
from edgefill.template import filters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    Scope = Mapping[Any, Any]
    Expression = Callable[[Scope], Any]
    Operand = Callable[["ExpressionLinker", Any, int], Any]

MAX_DEPTH = 40  # nested expressions; the compiler refuses far fewer
LOOP = 0  # the scope's key for (position from 1, number of items); no name can equal it
_NO_LOOP = (0, 0)


class ExpressionLinker:
    """Links expressions; `writers` are the program's linked formats, by index."""

    def __init__(self, writers: Sequence[Callable[[Any], Any]]) -> None:
        self._writers = writers

    def link(self, data: Any, depth: int = 0) -> Expression:
        """The closure for an expression; ObjectCorrupt says what is wrong with it."""
        known = isinstance(data, list) and data and isinstance(data[0], str)
        build, *kinds = _OPERATIONS.get(data[0], (None,)) if known else (None,)
        if build is None or depth > MAX_DEPTH:
            raise ObjectCorrupt(f"program: no such expression: {str(data)[:40]!r}")
        if len(data) != len(kinds) + 1:
            raise ObjectCorrupt(f"program: {data[0]!r} takes {len(kinds)} operands")
        operands = zip(kinds, data[1:], strict=True)
        linked: Expression = build(*[kind(self, operand, depth + 1) for kind, operand in operands])
        return linked

    def find_formatter(self, index: Any, _depth: int) -> Callable[[Any], Any]:
        """The linked format of that index."""
        if type(index) is not int or not 0 <= index < len(self._writers):
            raise ObjectCorrupt("program: no such format")
        return self._writers[index]


def _of(*types: type) -> Operand:
    def check(_linker: ExpressionLinker, operand: Any, _depth: int) -> Any:
        if type(operand) not in types or (type(operand) is int and not 0 <= operand < 10**6):
            raise ObjectCorrupt(f"program: an operand is a {type(operand).__name__}")
        return operand

    return check


def _literal(_linker: ExpressionLinker, operand: Any, _depth: int) -> Any:
    scalars = operand if isinstance(operand, list) else [operand]
    if not all(type(scalar) in (str, int, float, bool) for scalar in scalars):
        raise ObjectCorrupt("program: a literal is no scalar")
    return operand


def _slot(name: str) -> Expression:
    return lambda scope: scope.get(name)


def _field(name: str, field: str) -> Expression:
    def read(scope: Scope) -> Any:
        record = scope.get(name)
        return record.get(field) if isinstance(record, dict) else None

    return read


def _filter(function: Callable[..., Any]) -> Callable[..., Expression]:
    def build(inner: Expression, *operands: Any) -> Expression:
        if operands:
            return lambda scope: function(inner(scope), *operands)
        return lambda scope: function(inner(scope))

    return build


def _format(inner: Expression, write: Callable[[Any], Any]) -> Expression:
    return lambda scope: write(inner(scope))


def _order(compare: Callable[[Any, Any], bool]) -> Callable[..., Expression]:
    def build(left: Expression, right: Expression) -> Expression:
        def test(scope: Scope) -> bool:
            try:
                return compare(left(scope), right(scope))
            except TypeError:  # only a tampered program compares across types
                return False

        return test

    return build


def _defined(inner: Expression) -> Expression:
    return lambda scope: inner(scope) is not None


def _not(inner: Expression) -> Expression:
    return lambda scope: not inner(scope)


def _and(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) and right(scope)


def _or(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) or right(scope)


_EXPRESSION = ExpressionLinker.link
_OPERATIONS: dict[str, tuple[Any, ...]] = {
    "slot": (_slot, _of(str)),
    "field": (_field, _of(str), _of(str)),
    "literal": (lambda value: lambda _scope: value, _literal),
    "loop.index": (lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0],),
    "loop.first": (lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0] == 1,),
    "loop.last": (
        lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0] == scope.get(LOOP, _NO_LOOP)[1],
    ),
    "default": (_filter(filters.default), _EXPRESSION, _literal, _of(bool)),
    "upper": (_filter(filters.upper), _EXPRESSION),
    "lower": (_filter(filters.lower), _EXPRESSION),
    "title": (_filter(filters.title), _EXPRESSION),
    "capitalize": (_filter(filters.capitalize), _EXPRESSION),
    "truncate": (
        _filter(filters.truncate),
        _EXPRESSION,
        _of(int),
        _of(bool),
        _of(str),
        _of(int),
    ),
    "urlencode": (_filter(filters.urlencode), _EXPRESSION),
    "join": (_filter(filters.join), _EXPRESSION, _of(str), _of(str)),
    "length": (_filter(filters.length), _EXPRESSION),
    "first": (_filter(filters.first), _EXPRESSION),
    "format": (_format, _EXPRESSION, ExpressionLinker.find_formatter),
    "==": (_order(lambda left, right: left == right), _EXPRESSION, _EXPRESSION),
    "!=": (_order(lambda left, right: left != right), _EXPRESSION, _EXPRESSION),
    "<": (_order(lambda left, right: left < right), _EXPRESSION, _EXPRESSION),
    "<=": (_order(lambda left, right: left <= right), _EXPRESSION, _EXPRESSION),
    ">": (_order(lambda left, right: left > right), _EXPRESSION, _EXPRESSION),
    ">=": (_order(lambda left, right: left >= right), _EXPRESSION, _EXPRESSION),
    "in": (_order(lambda left, right: left in (right or ())), _EXPRESSION, _EXPRESSION),
    "defined": (_defined, _EXPRESSION),
    "not": (_not, _EXPRESSION),
    "and": (_and, _EXPRESSION, _EXPRESSION),
    "or": (_or, _EXPRESSION, _EXPRESSION),
}
