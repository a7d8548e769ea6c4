"""Translates the conditions of `{% if %}`, and infers what each outcome proves to be defined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes

from edgefill.compiler.language.expressions import ExpressionTranslator, expression_key
from edgefill.compiler.language.filter_calls import read_literal
from edgefill.compiler.language.source import offset_of
from edgefill.compiler.language.typed_tree import STRINGS, Scope, TypedExpression
from edgefill.core.errors import SlotValueRefused, TemplateRefused
from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_value

_OPERATIONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARABLE_KINDS: dict[type, frozenset[str]] = {
    str: STRINGS | {"date"},
    int: frozenset({"number"}),
    float: frozenset({"number"}),
    bool: frozenset({"boolean"}),
}
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCondition:
    """A test in program form, and the expressions that each of its outcomes proves defined."""

    data: list[Any]
    defined_if_true: frozenset[str] = _NOTHING
    defined_if_false: frozenset[str] = _NOTHING


def add_defined(scope: Scope, keys: frozenset[str]) -> Scope:
    """`scope` where the expressions with `keys` are defined too."""
    return replace(scope, defined=scope.defined | keys)


def translate_condition(
    node: nodes.Node, scope: Scope, expressions: ExpressionTranslator
) -> TypedCondition:
    """The condition that `node` writes; TemplateRefused if the language does not have it."""
    match node:
        case nodes.Not(node=nodes.Node() as inner):
            condition = translate_condition(inner, scope, expressions)
            return TypedCondition(
                data=["not", condition.data],
                defined_if_true=condition.defined_if_false,
                defined_if_false=condition.defined_if_true,
            )
        case nodes.And(left=first_node, right=second_node):
            first = translate_condition(first_node, scope, expressions)
            second = translate_condition(
                second_node, add_defined(scope, first.defined_if_true), expressions
            )
            return TypedCondition(
                data=["and", first.data, second.data],
                defined_if_true=first.defined_if_true | second.defined_if_true,
            )
        case nodes.Or(left=first_node, right=second_node):
            first = translate_condition(first_node, scope, expressions)
            second = translate_condition(
                second_node, add_defined(scope, first.defined_if_false), expressions
            )
            return TypedCondition(
                data=["or", first.data, second.data],
                defined_if_false=first.defined_if_false | second.defined_if_false,
            )
        case nodes.Test(name="defined", node=nodes.Node() as inner):
            value = expressions.translate(inner, scope)
            return TypedCondition(
                data=["defined", value.data],
                defined_if_true=frozenset({expression_key(value.data)}),
            )
        case nodes.Test():
            raise expressions.make_refusal(node, f"the test 'is {node.name}'")
        case nodes.Compare():
            return _translate_comparison(node, scope, expressions)
    value = expressions.translate(node, scope)
    if value.kind == "record":
        raise _make_refusal(node, expressions, "a whole record is tested", "test one of its fields")
    return TypedCondition(data=value.data, defined_if_true=frozenset({expression_key(value.data)}))


def _translate_comparison(
    node: nodes.Compare, scope: Scope, expressions: ExpressionTranslator
) -> TypedCondition:
    if len(node.ops) != 1:
        raise expressions.make_refusal(node, "a chained comparison")
    operation, right = node.ops[0].op, node.ops[0].expr
    if operation in {"in", "notin"}:
        data = _translate_membership(node, right, scope, expressions)
        return TypedCondition(data=["not", data] if operation == "notin" else data)
    return _compare_with_literal(node, _OPERATIONS[operation], right, scope, expressions)


def _compare_with_literal(
    node: nodes.Compare,
    operation: str,
    right: nodes.Node,
    scope: Scope,
    expressions: ExpressionTranslator,
) -> TypedCondition:
    try:
        literal, value = read_literal(right), expressions.translate(node.expr, scope)
    except ValueError:
        literal = _require_literal(node, node.expr, expressions)
        value, operation = expressions.translate(right, scope), _MIRRORED[operation]
    _check_comparable(node, value, literal, expressions)
    if operation not in {"==", "!="} and not value.defined:
        raise _make_refusal(
            node,
            expressions,
            f"{operation} compares a slot that may be undefined",
            "test `is defined` first, with and: x is defined and x > 1",
        )
    keys = frozenset({expression_key(value.data)})
    return TypedCondition(
        data=[operation, value.data, ["literal", literal]],
        defined_if_true=_NOTHING if operation == "!=" else keys,
        defined_if_false=keys if operation == "!=" else _NOTHING,
    )


def _require_literal(
    node: nodes.Node, operand: nodes.Node, expressions: ExpressionTranslator
) -> Any:
    try:
        return read_literal(operand)
    except ValueError:
        raise _make_refusal(
            node,
            expressions,
            "neither side of the comparison is a literal",
            "compare a slot with a literal",
        ) from None


def _check_comparable(
    node: nodes.Node, value: TypedExpression, literal: Any, expressions: ExpressionTranslator
) -> None:
    if value.kind not in _COMPARABLE_KINDS[type(literal)]:
        raise _make_refusal(
            node,
            expressions,
            f"a {value.kind} is compared with a literal of type {type(literal).__name__}",
            "compare with a literal of the slot's type (money and datetime cannot be compared)",
        )
    slot = value.slot
    if slot is not None and slot.type in {"enum", "date"} and not _is_value_of(slot, literal):
        raise _make_refusal(
            node,
            expressions,
            f"{literal!r} is not a value of {slot.name or 'the item'!r}",
            f"its values are: {', '.join(slot.values) or 'dates such as 2026-11-23'}",
        )


def _is_value_of(slot: Slot, literal: Any) -> bool:
    try:
        return bool(coerce_value(slot, literal) == literal)
    except SlotValueRefused:
        return False


def _translate_membership(
    node: nodes.Compare, right: nodes.Node, scope: Scope, expressions: ExpressionTranslator
) -> list[Any]:
    """A slot in literals, or a literal in a list or text slot."""
    if isinstance(right, (nodes.List, nodes.Tuple)):
        value = expressions.translate(node.expr, scope)
        literals = [_require_literal(node, item, expressions) for item in right.items]
        for literal in literals:
            _check_comparable(node, value, literal, expressions)
        return ["in", value.data, ["literal", literals]]
    literal = _require_literal(node, node.expr, expressions)
    container = expressions.translate(right, scope)
    item = container.slot.item[0] if container.kind == "list" and container.slot else None
    if item is not None and item.name == "":
        probe = TypedExpression(data=[], kind=item.type, slot=item)
        _check_comparable(node, probe, literal, expressions)
    elif container.kind not in STRINGS or not isinstance(literal, str):
        raise _make_refusal(
            node,
            expressions,
            f"a {container.kind} cannot contain {literal!r}",
            "write slot in ['a', 'b'], or 'a' in a list of texts",
        )
    return ["in", ["literal", literal], container.data]


def _make_refusal(
    node: nodes.Node, expressions: ExpressionTranslator, reason: str, remedy: str
) -> TemplateRefused:
    return expressions.source.make_refusal(
        offset_of(node), rule="test", reason=reason, remedy=remedy
    )
