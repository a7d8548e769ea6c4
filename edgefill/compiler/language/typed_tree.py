"""The typed tree of a template: what translation yields and what every later step reads.

Each node has its offset in the source; each expression has its kind and limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edgefill.core.slots import Slot

STRINGS = frozenset({"text", "name", "enum", "url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedExpression:
    """An expression in program form, with its kind (a slot type, or `record`) and limits."""

    data: list[Any]
    kind: str
    # False: its value may be undefined
    defined: bool = True
    # the most characters that it prints
    max_chars: int = 0
    # it prints only characters that no format escapes
    escape_free: bool = False
    # the slot, field or item that it reads; None if a filter made it
    slot: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticNode:
    """Literal text."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNode:
    """A printed expression."""

    value: TypedExpression
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IfNode:
    """Arms of (test in program form, body), and the body for when no test holds."""

    arms: tuple[tuple[list[Any], Body], ...]
    otherwise: Body
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForNode:
    """`body` once for each of the slot's items, at most `bound`, with the item as `name`."""

    name: str
    slot: str
    bound: int
    body: Body
    offset: int


Node = StaticNode | PutNode | IfNode | ForNode
Body = tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that one place in the template may use, and which of them are always defined."""

    # slots, and loop variables over scalar items (as the item's slot)
    variables: dict[str, Slot]
    # loop variables over records, with the records' fields
    records: dict[str, tuple[Slot, ...]] = field(default_factory=dict)
    # keys of expressions, as by expressions.expression_key
    defined: frozenset[str] = frozenset()
    loop_depth: int = 0


def serialize_body(body: Body) -> list[Any]:
    """The program form of a body (edgefill/template/program.py)."""
    return [_serialize_node(node) for node in body]


def _serialize_node(node: Node) -> Any:
    match node:
        case StaticNode():
            return node.text
        case PutNode():
            return ["put", node.value.data]
        case IfNode():
            arms = [[test, serialize_body(body)] for test, body in node.arms]
            return ["if", arms, serialize_body(node.otherwise)]
        case ForNode():
            return ["for", node.name, node.slot, node.bound, serialize_body(node.body)]
