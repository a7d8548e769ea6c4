"""Fill a linked body with a visitor's values.

Three forms, each as fast as its shape allows:
- `make_flat_filler`, for bodies without control flow, gathers the values, escapes them all at once
  and places them between the static parts.
- `BranchingFiller`, for bodies with tests but no loops, flattens each combination of outcomes when
  it first occurs and caches it.
- `LoopingFiller`, for all other bodies, walks the body.
"""

from __future__ import annotations

from edgefill.template.expressions import LOOP
from edgefill.template.filters import to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from edgefill.template.expressions import Expression

    Escape = Callable[[Sequence[str]], Sequence[str]]
    Fill = Callable[[Mapping[str, Any]], str]
    Body = tuple["str | Blank | Branch | Loop", ...]

ODD = slice(1, None, 2)  # the places of the blanks; making a slice takes 20 ns
MAX_FORMS = 64  # flattened combinations that one program caches


class Blank:
    """A place for a value; `name` is set when it is a slot without filters."""

    __slots__ = ("expression", "name")

    def __init__(self, expression: Expression, name: str | None = None) -> None:
        self.expression = expression
        self.name = name


class Branch:
    """An if with its arms of test and body."""

    __slots__ = ("arms", "otherwise")

    def __init__(self, arms: tuple[tuple[Expression, Body], ...], otherwise: Body) -> None:
        self.arms = arms
        self.otherwise = otherwise

    def select_body(self, scope: Mapping[Any, Any]) -> Body:
        """The body of the first arm whose test holds, else `otherwise`."""
        for test, body in self.arms:
            if test(scope):
                return body
        return self.otherwise


class Loop:
    """A for: `body` for each item of the slot, at most `bound` items, each item as `name`."""

    __slots__ = ("body", "bound", "name", "slot")

    def __init__(self, name: str, slot: str, bound: int, body: Body) -> None:
        self.name = name
        self.slot = slot
        self.bound = bound
        self.body = body

    def iterate_scopes(self, scope: Mapping[Any, Any]) -> Iterator[dict[Any, Any]]:
        """The scope of each round: the same dictionary, changed for each item."""
        items = scope.get(self.slot)
        if isinstance(items, list):
            items = items[: self.bound]
            inner = dict(scope)
            for position, item in enumerate(items, 1):
                inner[self.name] = item
                inner[LOOP] = (position, len(items))
                yield inner


def make_flat_filler(body: Body, escape: Escape) -> Fill:
    """A function that fills static text and blanks; a closure, since its names are fastest."""
    from operator import itemgetter  # noqa: PLC0415 not needed by a cold start's import

    static, blanks = _split_static(body)
    names = [blank.name for blank in blanks]

    def evaluate_each(values: Mapping[str, Any]) -> Sequence[str]:
        return [to_text(blank.expression(values)) for blank in blanks]

    is_plain = len(names) > 1 and None not in names
    gather: Callable[[Mapping[str, Any]], Sequence[str]] = (
        itemgetter(*names) if is_plain else evaluate_each
    )

    def fill(values: Mapping[str, Any]) -> str:
        parts = static.copy()
        try:
            parts[ODD] = escape(gather(values))
        except (KeyError, TypeError):  # an undefined slot, or a number among the strings
            parts[ODD] = escape(evaluate_each(values))
        return "".join(parts)

    return fill


class BranchingFiller:
    """Fills a body with tests and without loops."""

    def __init__(self, body: Body, escape: Escape) -> None:
        self._body = body
        self._escape = escape
        self._tests = tuple(_collect_tests(body))
        self._fillers: dict[tuple[bool, ...], Fill] = {}

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text for these values."""
        outcome = tuple([not test(values) for test in self._tests])
        filler = self._fillers.get(outcome)
        if filler is None:
            filler = make_flat_filler(tuple(_select_nodes(self._body, values)), self._escape)
            if len(self._fillers) < MAX_FORMS:
                self._fillers[outcome] = filler
        return filler(values)


class LoopingFiller:
    """Fills any body."""

    def __init__(self, body: Body, escape: Escape) -> None:
        self._body = body
        self._escape = escape

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text for these values."""
        parts: list[str] = []
        blanks: list[int] = []
        _fill_nodes(self._body, values, parts, blanks)
        if blanks:
            texts = self._escape([parts[place] for place in blanks])
            for place, value in zip(blanks, texts, strict=True):
                parts[place] = value
        return "".join(parts)


def make_filler(body: Body, escape: Escape) -> Fill:
    """The fastest way to fill `body`."""
    if any(isinstance(node, Loop) for node in _walk_nodes(body)):
        return LoopingFiller(body, escape).fill
    if any(isinstance(node, Branch) for node in body):
        return BranchingFiller(body, escape).fill
    return make_flat_filler(body, escape)


def max_steps(body: Body) -> int:
    """The maximum of static characters and steps that filling `body` can take."""
    total = 0
    for node in body:
        if isinstance(node, str):
            total += len(node)
        elif isinstance(node, Branch):
            arms = [max_steps(inner) for _, inner in node.arms]
            total += 1 + max(max_steps(node.otherwise), *arms, 0)
        else:
            total += 1 + (node.bound * (1 + max_steps(node.body)) if isinstance(node, Loop) else 0)
    return total


def _split_static(body: Body) -> tuple[list[str], list[Blank]]:
    """The static parts with empty strings for blanks at the odd places, and the blanks."""
    parts, blanks = [""], []
    for node in body:
        if isinstance(node, str):
            parts[-1] += node
        elif isinstance(node, Blank):
            blanks.append(node)
            parts += ("", "")
    return parts, blanks


def _walk_nodes(body: Body) -> Iterator[str | Blank | Branch | Loop]:
    for node in body:
        yield node
        if isinstance(node, Branch):
            for _, inner in node.arms:
                yield from _walk_nodes(inner)
            yield from _walk_nodes(node.otherwise)


def _collect_tests(body: Body) -> Iterator[Expression]:
    for node in _walk_nodes(body):
        if isinstance(node, Branch):
            for test, _ in node.arms:
                yield test


def _select_nodes(body: Body, values: Mapping[str, Any]) -> Iterator[str | Blank | Branch | Loop]:
    """The nodes that remain when each branch is replaced by the body that `values` select."""
    for node in body:
        if isinstance(node, Branch):
            yield from _select_nodes(node.select_body(values), values)
        else:
            yield node


def _fill_nodes(body: Body, scope: Mapping[Any, Any], parts: list[str], blanks: list[int]) -> None:
    for node in body:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Blank):
            blanks.append(len(parts))
            parts.append(to_text(node.expression(scope)))
        elif isinstance(node, Branch):
            _fill_nodes(node.select_body(scope), scope, parts, blanks)
        else:
            for inner in node.iterate_scopes(scope):
                _fill_nodes(node.body, inner, parts, blanks)
