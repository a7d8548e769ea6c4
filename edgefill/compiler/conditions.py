"""Conditions: what may stand after `{% if`, and what each outcome tells about definedness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes

from edgefill.compiler.calls import literal_of
from edgefill.compiler.expressions import Expressions, key_of
from edgefill.compiler.source import offset_of
from edgefill.compiler.tree import STRINGS, Scope, Typed
from edgefill.core.errors import SlotValueRefused
from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_value

_OPERATIONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test in program form, and what is defined when it holds and when it fails."""

    data: list[Any]
    then: frozenset[str] = _NONE
    otherwise: frozenset[str] = _NONE


def knowing(scope: Scope, known: frozenset[str]) -> Scope:
    """`scope` where `known` is defined too."""
    return replace(scope, defined=scope.defined | known)


def test_of(node: nodes.Node, scope: Scope, expressions: Expressions) -> Test:
    """The test that `node` writes; TemplateRefused when the language has no such test."""
    match node:
        case nodes.Not(node=nodes.Node() as inner):
            test = test_of(inner, scope, expressions)
            return Test(data=["not", test.data], then=test.otherwise, otherwise=test.then)
        case nodes.And(left=first, right=second):
            left = test_of(first, scope, expressions)
            right = test_of(second, knowing(scope, left.then), expressions)
            return Test(data=["and", left.data, right.data], then=left.then | right.then)
        case nodes.Or(left=first, right=second):
            left = test_of(first, scope, expressions)
            right = test_of(second, knowing(scope, left.otherwise), expressions)
            both = left.otherwise | right.otherwise
            return Test(data=["or", left.data, right.data], otherwise=both)
        case nodes.Test(name="defined", node=nodes.Node() as inner):
            value = expressions.typed(inner, scope)
            return Test(data=["defined", value.data], then=frozenset({key_of(value.data)}))
        case nodes.Test():
            raise expressions.refused(node, f"the test 'is {node.name}'")
        case nodes.Compare():
            return _comparison(node, scope, expressions)
    value = expressions.typed(node, scope)
    if value.kind == "record":
        raise _mismatch(node, expressions, "a whole record is tested", "test one of its fields")
    return Test(data=value.data, then=frozenset({key_of(value.data)}))


def _comparison(node: nodes.Compare, scope: Scope, expressions: Expressions) -> Test:
    if len(node.ops) != 1:
        raise expressions.refused(node, "a chained comparison")
    operation, right = node.ops[0].op, node.ops[0].expr
    if operation in {"in", "notin"}:
        data = _membership(node, right, scope, expressions)
        return Test(data=["not", data] if operation == "notin" else data)
    return _order(node, _OPERATIONS[operation], right, scope, expressions)


def _order(
    node: nodes.Compare, operation: str, right: nodes.Node, scope: Scope, expressions: Expressions
) -> Test:
    try:
        literal, value = literal_of(right), expressions.typed(node.expr, scope)
    except ValueError:
        literal = _literal(node, node.expr, expressions)
        value, operation = expressions.typed(right, scope), _MIRRORED[operation]
    _comparable(node, value, literal, expressions)
    if operation not in {"==", "!="} and not value.defined:
        raise _mismatch(
            node,
            expressions,
            "an order is asked of a slot that may be undefined",
            "test `is defined` first, with and: x is defined and x > 1",
        )
    known = frozenset({key_of(value.data)})
    return Test(
        data=[operation, value.data, ["literal", literal]],
        then=_NONE if operation == "!=" else known,
        otherwise=known if operation == "!=" else _NONE,
    )


def _literal(node: nodes.Node, operand: nodes.Node, expressions: Expressions) -> Any:
    try:
        return literal_of(operand)
    except ValueError:
        raise _mismatch(
            node, expressions, "neither side is a literal", "compare a slot with a literal"
        ) from None


def _comparable(node: nodes.Node, value: Typed, literal: Any, expressions: Expressions) -> None:
    fits: dict[type, frozenset[str]] = {
        str: STRINGS | {"date"},
        int: frozenset({"number"}),
        float: frozenset({"number"}),
        bool: frozenset({"boolean"}),
    }
    if value.kind not in fits[type(literal)]:
        raise _mismatch(
            node,
            expressions,
            f"a {value.kind} is compared with a {type(literal).__name__}",
            "compare with a literal of the slot's type (money and datetime: not at all)",
        )
    slot = value.slot
    if slot is not None and slot.type in {"enum", "date"} and not _fits(slot, literal):
        raise _mismatch(
            node,
            expressions,
            f"{literal!r} is no value of {slot.name or 'the item'!r}",
            f"values: {', '.join(slot.values) or 'dates as 2026-11-23'}",
        )


def _fits(slot: Slot, literal: Any) -> bool:
    try:
        return bool(coerce_value(slot, literal) == literal)
    except SlotValueRefused:
        return False


def _membership(
    node: nodes.Compare, right: nodes.Node, scope: Scope, expressions: Expressions
) -> list[Any]:
    """A slot in literals, or a literal in a list or text slot."""
    if isinstance(right, (nodes.List, nodes.Tuple)):
        value = expressions.typed(node.expr, scope)
        literals = [_literal(node, item, expressions) for item in right.items]
        for literal in literals:
            _comparable(node, value, literal, expressions)
        return ["in", value.data, ["literal", literals]]
    literal, holder = _literal(node, node.expr, expressions), expressions.typed(right, scope)
    item = holder.slot.item[0] if holder.kind == "list" and holder.slot else None
    if item is not None and item.name == "":
        probe = Typed(data=[], kind=item.type, slot=item)
        _comparable(node, probe, literal, expressions)
    elif holder.kind not in STRINGS or not isinstance(literal, str):
        raise _mismatch(
            node,
            expressions,
            f"nothing can be in a {holder.kind}",
            "write slot in ['a', 'b'], or 'a' in a list of texts",
        )
    return ["in", ["literal", literal], holder.data]


def _mismatch(node: nodes.Node, expressions: Expressions, reason: str, remedy: str) -> Any:
    return expressions.source.refused(offset_of(node), rule="test", reason=reason, remedy=remedy)
