"""Translates Jinja2's statements into the typed tree; everything else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jinja2 import nodes

from edgefill.compiler.language.conditions import add_defined, translate_condition
from edgefill.compiler.language.expressions import ExpressionTranslator
from edgefill.compiler.language.source import offset_of
from edgefill.compiler.language.typed_tree import (
    STRINGS,
    Body,
    ForNode,
    IfNode,
    Node,
    PutNode,
    Scope,
    StaticNode,
)
from edgefill.core.errors import TemplateRefused
from edgefill.core.slots import Slot

PRINTABLE_KINDS = STRINGS | {"number", "date", "datetime"}
MAX_LOOP_DEPTH = 2
MAX_BODY_DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTranslator:
    """Translates one template's statements; collects every refusal and continues."""

    expressions: ExpressionTranslator
    # whether booleans may be printed (in JSON they may)
    allow_booleans: bool
    refusals: list[TemplateRefused] = field(default_factory=list)

    def translate_body(self, statements: list[nodes.Node], scope: Scope, depth: int = 0) -> Body:
        """The tree of `statements`, without those that are refused."""
        return tuple(self._translate_nodes(statements, scope, depth))

    def _translate_nodes(
        self, statements: list[nodes.Node], scope: Scope, depth: int
    ) -> Iterator[Node]:
        for statement in statements:
            try:
                if depth > MAX_BODY_DEPTH:
                    raise self._make_refusal(
                        statement,
                        f"blocks are nested more than {MAX_BODY_DEPTH} deep",
                        "nest fewer ifs and loops",
                    )
                if isinstance(statement, nodes.Output):
                    yield from self._translate_output(statement, scope)
                elif isinstance(statement, nodes.If):
                    yield self._translate_if(statement, scope, depth)
                elif isinstance(statement, nodes.For):
                    yield self._translate_for(statement, scope, depth)
                else:
                    construct = f"the statement {type(statement).__name__.lower()}"
                    raise self.expressions.make_refusal(statement, construct)
            except TemplateRefused as error:
                self.refusals.append(error)

    def _translate_output(self, output: nodes.Output, scope: Scope) -> Iterator[Node]:
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                yield StaticNode(text=child.data, offset=offset_of(child))
                continue
            try:
                yield self._translate_put(child, scope)
            except TemplateRefused as error:
                self.refusals.append(error)

    def _translate_put(self, node: nodes.Node, scope: Scope) -> PutNode:
        value = self.expressions.translate(node, scope)
        if value.kind not in PRINTABLE_KINDS and not (
            self.allow_booleans and value.kind == "boolean"
        ):
            remedies = {
                "money": "write {{ x | money }}",
                "list": "loop over it, or join it",
                "boolean": "write {% if x %}...{% endif %}",
            }
            raise self.expressions.source.make_refusal(
                offset_of(node),
                rule="print",
                reason=f"a {value.kind} cannot be printed as it is",
                remedy=remedies.get(value.kind, "print one of its fields"),
            )
        return PutNode(value=value, offset=offset_of(node))

    def _translate_if(self, node: nodes.If, scope: Scope, depth: int) -> IfNode:
        arms = []
        for arm in (node, *node.elif_):
            condition = translate_condition(arm.test, scope, self.expressions)
            inner = add_defined(scope, condition.defined_if_true)
            arms.append((condition.data, self.translate_body(arm.body, inner, depth + 1)))
            scope = add_defined(scope, condition.defined_if_false)
        otherwise = self.translate_body(node.else_, scope, depth + 1)
        return IfNode(arms=tuple(arms), otherwise=otherwise, offset=offset_of(node))

    def _translate_for(self, node: nodes.For, scope: Scope, depth: int) -> ForNode:
        if node.else_ or node.test or node.recursive or not isinstance(node.target, nodes.Name):
            raise self.expressions.make_refusal(node, "a for with else, if, recursive or two names")
        if not isinstance(node.iter, nodes.Name):
            raise self.expressions.make_refusal(node.iter, "a for over anything but a list slot")
        value, name = self.expressions.translate(node.iter, scope), node.target.name
        if value.kind != "list" or value.slot is None:
            raise self.expressions.make_refusal(node.iter, f"a for over a {value.kind}")
        if name in scope.variables or name in scope.records or name == "loop":
            raise self._make_refusal(
                node.target,
                f"the loop variable {name!r} has the name of a slot or another variable",
                "choose another name",
            )
        if scope.loop_depth == MAX_LOOP_DEPTH:
            raise self._make_refusal(
                node,
                f"loops are nested more than {MAX_LOOP_DEPTH} deep",
                "write one loop after the other",
            )
        inner = _enter_loop(scope, name, value.slot)
        return ForNode(
            name=name,
            slot=node.iter.name,
            bound=value.slot.max_items,
            body=self.translate_body(node.body, inner, depth + 1),
            offset=offset_of(node),
        )

    def _make_refusal(self, node: nodes.Node, reason: str, remedy: str) -> TemplateRefused:
        return self.expressions.source.make_refusal(
            offset_of(node), rule="language", reason=reason, remedy=remedy
        )


def _enter_loop(scope: Scope, name: str, slot: Slot) -> Scope:
    """The scope of the body of a loop over `slot`, whose item is called `name`."""
    if slot.item and slot.item[0].name == "":
        inner = replace(scope, variables={**scope.variables, name: slot.item[0]})
    else:
        inner = replace(scope, records={**scope.records, name: slot.item})
    return replace(inner, loop_depth=scope.loop_depth + 1)
