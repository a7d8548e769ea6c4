"""Link the expressions of a program's blanks and tests: data becomes closures.

An expression is a list that begins with its operation: ["slot", "name"], ["upper", expression].
Linking checks every operand, so a tampered program is refused before any of it runs. A scope maps
names to values; undefined is None. No closure raises, whatever the scope holds.
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
LOOP = 0  # the scope's key for (position from 1, number of items); names are strings
_NO_LOOP = (0, 0)


class ExpressionLinker:
    """Links expressions; `formatters` are the program's linked formats, by index."""

    def __init__(self, formatters: Sequence[Callable[[Any], Any]]) -> None:
        self._formatters = formatters

    def link(self, data: Any, depth: int = 0) -> Expression:
        """The closure of an expression; ObjectCorrupt says what is wrong with it."""
        is_operation = isinstance(data, list) and data and isinstance(data[0], str)
        build, *kinds = _OPERATIONS.get(data[0], (None,)) if is_operation else (None,)
        if build is None or depth > MAX_DEPTH:
            raise ObjectCorrupt(f"program: no such expression: {str(data)[:40]!r}")
        if len(data) != len(kinds) + 1:
            raise ObjectCorrupt(f"program: {data[0]!r} takes {len(kinds)} operands")
        operands = zip(kinds, data[1:], strict=True)
        expression: Expression = build(
            *[kind(self, operand, depth + 1) for kind, operand in operands]
        )
        return expression

    def find_formatter(self, index: Any, _depth: int) -> Callable[[Any], Any]:
        """The linked format of that index."""
        if type(index) is not int or not 0 <= index < len(self._formatters):
            raise ObjectCorrupt("program: no such format")
        return self._formatters[index]


def _check_type(*types: type) -> Operand:
    def check(_linker: ExpressionLinker, operand: Any, _depth: int) -> Any:
        if type(operand) not in types or (type(operand) is int and not 0 <= operand < 10**6):
            raise ObjectCorrupt(f"program: an operand is a {type(operand).__name__}")
        return operand

    return check


def _check_literal(_linker: ExpressionLinker, operand: Any, _depth: int) -> Any:
    scalars = operand if isinstance(operand, list) else [operand]
    if not all(type(scalar) in (str, int, float, bool) for scalar in scalars):
        raise ObjectCorrupt("program: a literal is not a scalar")
    return operand


def _link_slot(name: str) -> Expression:
    return lambda scope: scope.get(name)


def _link_field(name: str, field: str) -> Expression:
    def read(scope: Scope) -> Any:
        record = scope.get(name)
        return record.get(field) if isinstance(record, dict) else None

    return read


def _link_filter(function: Callable[..., Any]) -> Callable[..., Expression]:
    def build(inner: Expression, *operands: Any) -> Expression:
        if operands:
            return lambda scope: function(inner(scope), *operands)
        return lambda scope: function(inner(scope))

    return build


def _link_format(inner: Expression, format_value: Callable[[Any], Any]) -> Expression:
    return lambda scope: format_value(inner(scope))


def _link_comparison(compare: Callable[[Any, Any], bool]) -> Callable[..., Expression]:
    def build(lhs: Expression, rhs: Expression) -> Expression:
        def test(scope: Scope) -> bool:
            try:
                return compare(lhs(scope), rhs(scope))
            except TypeError:  # only a tampered program compares across types
                return False

        return test

    return build


def _link_defined(inner: Expression) -> Expression:
    return lambda scope: inner(scope) is not None


def _link_not(inner: Expression) -> Expression:
    return lambda scope: not inner(scope)


def _link_and(lhs: Expression, rhs: Expression) -> Expression:
    return lambda scope: lhs(scope) and rhs(scope)


def _link_or(lhs: Expression, rhs: Expression) -> Expression:
    return lambda scope: lhs(scope) or rhs(scope)


_EXPRESSION = ExpressionLinker.link
_OPERATIONS: dict[str, tuple[Any, ...]] = {
    "slot": (_link_slot, _check_type(str)),
    "field": (_link_field, _check_type(str), _check_type(str)),
    "literal": (lambda value: lambda _scope: value, _check_literal),
    "loop.index": (lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0],),
    "loop.first": (lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0] == 1,),
    "loop.last": (
        lambda: lambda scope: scope.get(LOOP, _NO_LOOP)[0] == scope.get(LOOP, _NO_LOOP)[1],
    ),
    "default": (_link_filter(filters.default), _EXPRESSION, _check_literal, _check_type(bool)),
    "upper": (_link_filter(filters.upper), _EXPRESSION),
    "lower": (_link_filter(filters.lower), _EXPRESSION),
    "title": (_link_filter(filters.title), _EXPRESSION),
    "capitalize": (_link_filter(filters.capitalize), _EXPRESSION),
    "truncate": (
        _link_filter(filters.truncate),
        _EXPRESSION,
        _check_type(int),
        _check_type(bool),
        _check_type(str),
        _check_type(int),
    ),
    "urlencode": (_link_filter(filters.urlencode), _EXPRESSION),
    "join": (_link_filter(filters.join), _EXPRESSION, _check_type(str), _check_type(str)),
    "length": (_link_filter(filters.length), _EXPRESSION),
    "first": (_link_filter(filters.first), _EXPRESSION),
    "format": (_link_format, _EXPRESSION, ExpressionLinker.find_formatter),
    "==": (_link_comparison(lambda lhs, rhs: lhs == rhs), _EXPRESSION, _EXPRESSION),
    "!=": (_link_comparison(lambda lhs, rhs: lhs != rhs), _EXPRESSION, _EXPRESSION),
    "<": (_link_comparison(lambda lhs, rhs: lhs < rhs), _EXPRESSION, _EXPRESSION),
    "<=": (_link_comparison(lambda lhs, rhs: lhs <= rhs), _EXPRESSION, _EXPRESSION),
    ">": (_link_comparison(lambda lhs, rhs: lhs > rhs), _EXPRESSION, _EXPRESSION),
    ">=": (_link_comparison(lambda lhs, rhs: lhs >= rhs), _EXPRESSION, _EXPRESSION),
    "in": (_link_comparison(lambda lhs, rhs: lhs in (rhs or ())), _EXPRESSION, _EXPRESSION),
    "defined": (_link_defined, _EXPRESSION),
    "not": (_link_not, _EXPRESSION),
    "and": (_link_and, _EXPRESSION, _EXPRESSION),
    "or": (_link_or, _EXPRESSION, _EXPRESSION),
}
