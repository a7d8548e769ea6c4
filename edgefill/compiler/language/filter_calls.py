"""One use of a filter in a template: its arguments are read and checked against a signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from edgefill.compiler.language.typed_tree import TypedExpression

# a filter's integer argument beyond this is a mistake
MAX_NUMBER = 100_000


class FilterRefused(ValueError):
    """A filter is used where it does not fit; `reason` says why, `remedy` what to write."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCall:
    """One use of a filter: its input, its arguments by name, and the template's locale."""

    value: TypedExpression
    arguments: dict[str, Any]
    locale: str
    # adds a format to the program and returns its index
    add_format: Callable[[list[Any]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSignature:
    """A filter's parameters (name, types, default), the kinds it accepts, and its effect."""

    parameters: tuple[tuple[str, tuple[type, ...], Any], ...]
    input_kinds: frozenset[str]
    apply: Callable[[FilterCall], TypedExpression]


def read_literal(node: nodes.Node) -> Any:
    """The value of a string, number or boolean literal; ValueError for any other node."""
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        inner = node.node.value
        if type(inner) in (int, float):
            return -inner
    if isinstance(node, nodes.Const) and type(node.value) in (str, int, float, bool):
        return node.value
    raise ValueError("not a literal")


def bind_arguments(node: nodes.Filter, signature: FilterSignature) -> dict[str, Any]:
    """A filter's arguments by name, with the defaults; FilterRefused if they do not fit."""
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise FilterRefused("arguments are unpacked with a star", "write each argument")
    arguments = [
        *(("", argument) for argument in node.args),
        *((pair.key, pair.value) for pair in node.kwargs),
    ]
    bound = {name: default for name, _, default in signature.parameters}
    allowed = {name: types for name, types, _ in signature.parameters}
    used: set[str] = set()
    for position, (key, argument) in enumerate(arguments):
        name = key or (list(allowed)[position] if position < len(allowed) else "")
        if name not in allowed or name in used:
            names = ", ".join(allowed) or "none"
            raise FilterRefused(
                f"the filter {node.name} does not have this argument, or has it twice",
                f"its arguments are: {names}",
            )
        used.add(name)
        bound[name] = _read_argument(node.name, name, argument, allowed[name])
    return bound


def _read_argument(filter_: str, name: str, node: nodes.Node, types: tuple[type, ...]) -> Any:
    try:
        value = read_literal(node)
    except ValueError:
        raise FilterRefused(
            f"the argument {name} of {filter_} is not a literal", "write the value itself"
        ) from None
    if type(value) not in types or (type(value) is int and not -MAX_NUMBER < value < MAX_NUMBER):
        kinds = " or ".join(kind.__name__ for kind in types)
        limit = f" between -{MAX_NUMBER} and {MAX_NUMBER}" if int in types else ""
        raise FilterRefused(
            f"the argument {name} of {filter_} has the wrong type or size",
            f"write a literal of type {kinds}{limit}",
        )
    return value
