"""The tree between Jinja2's and a program's: every blank typed, every node with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edgefill.core.slots import Slot

STRINGS = frozenset({"text", "name", "enum", "url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An expression: its program form, kind (a slot type, or `record`) and limits."""

    data: list[Any]
    kind: str
    defined: bool = True  # False: it may be undefined
    chars: int = 0  # most characters that it prints
    plain: bool = False  # prints nothing that any format escapes
    slot: Slot | None = None  # the slot, field or item that it is; none once a filter wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """Literal text; `at` is its offset in the source."""

    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A blank."""

    value: Typed
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """Arms of (test in program form, body), and the body when no test holds."""

    arms: tuple[tuple[list[Any], Body], ...]
    otherwise: Body
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """`body` once for each of the slot's items, at most `bound`, as `name`."""

    name: str
    slot: str
    bound: int
    body: Body
    at: int


Node = Static | Put | If | For
Body = tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a place in the template may name, and what is known to be defined there."""

    variables: dict[str, Slot]  # slots, and loop variables as their list's item
    records: dict[str, tuple[Slot, ...]] = field(default_factory=dict)
    defined: frozenset[str] = frozenset()
    loops: int = 0


def body_to_json(body: Body) -> list[Any]:
    """The program form of a body (edgefill/template/program.py)."""
    return [_node_to_json(node) for node in body]


def _node_to_json(node: Node) -> Any:
    match node:
        case Static():
            return node.text
        case Put():
            return ["put", node.value.data]
        case If():
            arms = [[test, body_to_json(body)] for test, body in node.arms]
            return ["if", arms, body_to_json(node.otherwise)]
        case For():
            return ["for", node.name, node.slot, node.bound, body_to_json(node.body)]
