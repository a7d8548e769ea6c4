"""Bodies: Jinja2's statements as a tree of text, blanks, ifs and fors; all else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jinja2 import nodes

from edgefill.compiler.conditions import knowing, test_of
from edgefill.compiler.expressions import Expressions
from edgefill.compiler.source import offset_of
from edgefill.compiler.tree import STRINGS, Body, For, If, Node, Put, Scope, Static
from edgefill.core.errors import TemplateRefused
from edgefill.core.slots import Slot

PRINTED = STRINGS | {"number", "date", "datetime"}
DEEPEST_LOOPS = 2
DEEPEST = 10  # bodies in bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Translates one template's bodies; collects every refusal and goes on."""

    expressions: Expressions
    booleans: bool  # whether booleans may be printed (JSON)
    refused: list[TemplateRefused] = field(default_factory=list)

    def body(self, statements: list[nodes.Node], scope: Scope, depth: int = 0) -> Body:
        """The tree of `statements`; what is refused is left out and noted."""
        return tuple(self._nodes(statements, scope, depth))

    def _nodes(self, statements: list[nodes.Node], scope: Scope, depth: int) -> Iterator[Node]:
        for statement in statements:
            try:
                if depth > DEEPEST:
                    raise self.expressions.refused(statement, f"nesting over {DEEPEST} deep")
                if isinstance(statement, nodes.Output):
                    yield from self._output(statement, scope)
                elif isinstance(statement, nodes.If):
                    yield self._if(statement, scope, depth)
                elif isinstance(statement, nodes.For):
                    yield self._for(statement, scope, depth)
                else:
                    what = f"the statement {type(statement).__name__.lower()}"
                    raise self.expressions.refused(statement, what)
            except TemplateRefused as error:
                self.refused.append(error)

    def _output(self, output: nodes.Output, scope: Scope) -> Iterator[Node]:
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                yield Static(text=child.data, at=offset_of(child))
                continue
            try:
                yield self._put(child, scope)
            except TemplateRefused as error:
                self.refused.append(error)

    def _put(self, node: nodes.Node, scope: Scope) -> Put:
        value = self.expressions.typed(node, scope)
        if value.kind not in PRINTED and not (self.booleans and value.kind == "boolean"):
            remedies = {
                "money": "write {{ x | money }}",
                "list": "loop over it, or join it",
                "boolean": "write {% if x %}...{% endif %}",
            }
            raise self.expressions.source.refused(
                offset_of(node),
                rule="print",
                reason=f"a {value.kind} cannot be printed as it is",
                remedy=remedies.get(value.kind, "print one of its fields"),
            )
        return Put(value=value, at=offset_of(node))

    def _if(self, node: nodes.If, scope: Scope, depth: int) -> If:
        arms = []
        for arm in (node, *node.elif_):
            test = test_of(arm.test, scope, self.expressions)
            inner = self.body(arm.body, knowing(scope, test.then), depth + 1)
            arms.append((test.data, inner))
            scope = knowing(scope, test.otherwise)
        otherwise = self.body(node.else_, scope, depth + 1)
        return If(arms=tuple(arms), otherwise=otherwise, at=offset_of(node))

    def _for(self, node: nodes.For, scope: Scope, depth: int) -> For:
        if node.else_ or node.test or node.recursive or not isinstance(node.target, nodes.Name):
            raise self.expressions.refused(node, "a for with else, if, recursive or two names")
        if not isinstance(node.iter, nodes.Name):
            raise self.expressions.refused(node.iter, "a for over anything but a list slot")
        value, name = self.expressions.typed(node.iter, scope), node.target.name
        if value.kind != "list" or value.slot is None:
            raise self.expressions.refused(node.iter, f"a for over a {value.kind}")
        if name in scope.variables or name in scope.records or name == "loop":
            raise self.expressions.refused(node.target, f"the name {name!r}, already taken,")
        if scope.loops == DEEPEST_LOOPS:
            raise self.expressions.refused(node, f"more than {DEEPEST_LOOPS} loops in each other")
        inner = self.body(node.body, _within(scope, name, value.slot), depth + 1)
        return For(
            name=name,
            slot=node.iter.name,
            bound=value.slot.max_items,
            body=inner,
            at=offset_of(node),
        )


def _within(scope: Scope, name: str, slot: Slot) -> Scope:
    if slot.item and slot.item[0].name == "":
        inner = replace(scope, variables={**scope.variables, name: slot.item[0]})
    else:
        inner = replace(scope, records={**scope.records, name: slot.item})
    return replace(inner, loops=scope.loops + 1)
