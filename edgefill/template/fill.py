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

ODD = slice(1, None, 2)  # the places of the blanks; made once, for making it costs 20 ns
MOST_FORMS = 64  # flattened combinations that one program keeps


class Blank:
    """A place for a value; `name` when it is a slot printed as it is."""

    __slots__ = ("expression", "name")

    def __init__(self, expression: Expression, name: str | None = None) -> None:
        self.expression = expression
        self.name = name


class Branch:
    """An if: the body of the first arm whose test holds."""

    __slots__ = ("arms", "otherwise")

    def __init__(self, arms: tuple[tuple[Expression, Body], ...], otherwise: Body) -> None:
        self.arms = arms
        self.otherwise = otherwise

    def select_body(self, scope: Mapping[Any, Any]) -> Body:
        """The body to go on with."""
        for test, body in self.arms:
            if test(scope):
                return body
        return self.otherwise


class Loop:
    """A for: `body` once for each of the slot's items, at most `bound`, as `name`."""

    __slots__ = ("body", "bound", "name", "slot")

    def __init__(self, name: str, slot: str, bound: int, body: Body) -> None:
        self.name = name
        self.slot = slot
        self.bound = bound
        self.body = body

    def iterate_scopes(self, scope: Mapping[Any, Any]) -> Iterator[dict[Any, Any]]:
        """The scope of each round: one dictionary, changed from round to round."""
        items = scope.get(self.slot)
        if isinstance(items, list):
            items = items[: self.bound]
            inner = dict(scope)
            for position, item in enumerate(items, 1):
                inner[self.name] = item
                inner[LOOP] = (position, len(items))
                yield inner


def make_flat_filler(body: Body, escape: Escape) -> Fill:
    """Fills a body of static text and blanks alone; a closure, whose names are the fastest."""
    from operator import itemgetter  # noqa: PLC0415 when a program is linked is soon enough

    static, blanks = _alternate(body)
    names = [blank.name for blank in blanks]

    def each(values: Mapping[str, Any]) -> Sequence[str]:
        return [to_text(blank.expression(values)) for blank in blanks]

    plain = len(names) > 1 and None not in names
    gather: Callable[[Mapping[str, Any]], Sequence[str]] = itemgetter(*names) if plain else each

    def fill(values: Mapping[str, Any]) -> str:
        parts = static.copy()
        try:
            parts[ODD] = escape(gather(values))
        except (KeyError, TypeError):  # an undefined slot, or a number among the strings
            parts[ODD] = escape(each(values))
        return "".join(parts)

    return fill


class BranchingFiller:
    """A body with tests and without loops."""

    def __init__(self, body: Body, escape: Escape) -> None:
        self._body = body
        self._escape = escape
        self._tests = tuple(_tests(body))
        self._forms: dict[tuple[bool, ...], Fill] = {}

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text for these values."""
        outcome = tuple([not test(values) for test in self._tests])
        form = self._forms.get(outcome)
        if form is None:
            form = make_flat_filler(tuple(_straight(self._body, values)), self._escape)
            if len(self._forms) < MOST_FORMS:
                self._forms[outcome] = form
        return form(values)


class LoopingFiller:
    """Any body."""

    def __init__(self, body: Body, escape: Escape) -> None:
        self._body = body
        self._escape = escape

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text for these values."""
        parts: list[str] = []
        blanks: list[int] = []
        _walk(self._body, values, parts, blanks)
        if blanks:
            escaped = self._escape([parts[place] for place in blanks])
            for place, value in zip(blanks, escaped, strict=True):
                parts[place] = value
        return "".join(parts)


def make_filler(body: Body, escape: Escape) -> Fill:
    """The fastest way to fill `body`."""
    if any(isinstance(node, Loop) for node in _nodes(body)):
        return LoopingFiller(body, escape).fill
    if any(isinstance(node, Branch) for node in body):
        return BranchingFiller(body, escape).fill
    return make_flat_filler(body, escape)


def max_steps(body: Body) -> int:
    """The most characters of static text and steps that filling `body` can take."""
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


def _alternate(body: Body) -> tuple[list[str], list[Blank]]:
    """Static, blank, static, ..., static: the blanks at odd places, as empty strings."""
    parts, blanks = [""], []
    for node in body:
        if isinstance(node, str):
            parts[-1] += node
        elif isinstance(node, Blank):
            blanks.append(node)
            parts += ("", "")
    return parts, blanks


def _nodes(body: Body) -> Iterator[str | Blank | Branch | Loop]:
    for node in body:
        yield node
        if isinstance(node, Branch):
            for _, inner in node.arms:
                yield from _nodes(inner)
            yield from _nodes(node.otherwise)


def _tests(body: Body) -> Iterator[Expression]:
    for node in _nodes(body):
        if isinstance(node, Branch):
            for test, _ in node.arms:
                yield test


def _straight(body: Body, values: Mapping[str, Any]) -> Iterator[str | Blank | Branch | Loop]:
    """The nodes on the way that these values take."""
    for node in body:
        if isinstance(node, Branch):
            yield from _straight(node.select_body(values), values)
        else:
            yield node


def _walk(body: Body, scope: Mapping[Any, Any], parts: list[str], blanks: list[int]) -> None:
    for node in body:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Blank):
            blanks.append(len(parts))
            parts.append(to_text(node.expression(scope)))
        elif isinstance(node, Branch):
            _walk(node.select_body(scope), scope, parts, blanks)
        else:
            for inner in node.iterate_scopes(scope):
                _walk(node.body, inner, parts, blanks)
