"""Translates the expressions of `{{ }}` and of conditions into typed expressions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from edgefill.catalogue.nearest_name import ask_for_nearest, describe_choices
from edgefill.compiler.language.cldr import LocaleRefused
from edgefill.compiler.language.filter_calls import FilterCall, FilterRefused, bind_arguments
from edgefill.compiler.language.filters import FILTERS, measure_slot
from edgefill.compiler.language.source import TemplateSource, offset_of
from edgefill.compiler.language.typed_tree import Scope, TypedExpression
from edgefill.core.errors import TemplateRefused
from edgefill.core.slots import Slot

# attributes of `loop`, with their kinds
_LOOP = {"index": "number", "first": "boolean", "last": "boolean"}
_CONSTRUCTS: dict[type[nodes.Node], str] = {
    nodes.Call: "a call",
    nodes.Getattr: "attribute access",
    nodes.Getitem: "an index",
    nodes.Const: "a printed literal",
    nodes.CondExpr: "an inline if",
    nodes.Concat: "joining with ~",
    nodes.Compare: "a printed comparison",
    nodes.Test: "a printed test",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionTranslator:
    """Translates the expressions of one template; collects the formats and slots they use."""

    source: TemplateSource
    locale: str
    slot_names: frozenset[str]
    formats: list[list[Any]] = field(default_factory=list)
    # slots in order of first use
    used_slots: dict[str, None] = field(default_factory=dict)

    def translate(self, node: nodes.Node, scope: Scope) -> TypedExpression:
        """The typed form of `node`; TemplateRefused if the language does not have it."""
        match node:
            case nodes.Name(name=name):
                return self._translate_name(node, name, scope)
            case nodes.Getattr(node=nodes.Name(name=name), attr=attribute):
                return self._translate_field(node, name, attribute, scope)
            case nodes.Filter(node=nodes.Node() as inner):
                return self._translate_filter(node, self.translate(inner, scope))
            case _:
                construct = _CONSTRUCTS.get(type(node), f"the expression {type(node).__name__}")
                raise self.make_refusal(node, construct)

    def make_refusal(self, node: nodes.Node, construct: str) -> TemplateRefused:
        """The error for a construct that the template language does not have."""
        return self.source.make_refusal(
            offset_of(node),
            rule="language",
            reason=f"{construct} is not in the template language",
            remedy="use only slots, filters, if and for",
        )

    def _translate_name(self, node: nodes.Node, name: str, scope: Scope) -> TypedExpression:
        if name in scope.records:
            return TypedExpression(data=["slot", name], kind="record")
        slot = scope.variables.get(name)
        if slot is None:
            names = [*scope.variables, *scope.records]
            declared = ", ".join(names) or "none"
            raise self.source.make_refusal(
                offset_of(node),
                rule="undeclared-slot",
                reason=f"{name!r} is not a declared slot",
                remedy=f"{ask_for_nearest(name, names)}the declared slots are: {declared}",
            )
        if name in self.slot_names:
            self.used_slots[name] = None
        return _translate_slot(["slot", name], slot, scope, always=name not in self.slot_names)

    def _translate_field(
        self, node: nodes.Node, name: str, attribute: str, scope: Scope
    ) -> TypedExpression:
        if name == "loop" and scope.loop_depth and attribute in _LOOP:
            return TypedExpression(
                data=[f"loop.{attribute}"], kind=_LOOP[attribute], max_chars=6, escape_free=True
            )
        fields = scope.records.get(name, ())
        slot = next((field for field in fields if field.name == attribute), None)
        # Jinja2 reads x.items as dict's method, so a field of such a name cannot be printed
        if slot is None or hasattr(dict, attribute):
            names = [field.name for field in fields if not hasattr(dict, field.name)]
            listed = ", ".join(names) or "none"
            raise self.source.make_refusal(
                offset_of(node),
                rule="undeclared-field",
                reason=f"{name}.{attribute} is not a field of a list's item",
                remedy=f"{ask_for_nearest(attribute, names)}the fields of {name} are: {listed}",
            )
        return _translate_slot(["field", name, attribute], slot, scope, always=True)

    def _translate_filter(self, node: nodes.Filter, value: TypedExpression) -> TypedExpression:
        signature = FILTERS.get(node.name)
        if signature is None:
            raise self.source.make_refusal(
                offset_of(node),
                rule="language",
                reason=f"the filter {node.name} does not exist",
                remedy=describe_choices(node.name, FILTERS),
            )
        try:
            if value.kind not in signature.input_kinds:
                kinds = ", ".join(sorted(signature.input_kinds))
                raise FilterRefused(
                    f"the filter {node.name} does not accept a {value.kind}",
                    f"it accepts: {kinds}",
                )
            call = FilterCall(
                value=value,
                arguments=bind_arguments(node, signature),
                locale=self.locale,
                add_format=self._add_format,
            )
            return signature.apply(call)
        except FilterRefused as error:
            reason, remedy, rule = error.reason, error.remedy, "filter"
        except LocaleRefused as error:
            reason, remedy, rule = str(error), "write the template in another locale", "locale"
        raise self.source.make_refusal(offset_of(node), rule=rule, reason=reason, remedy=remedy)

    def _add_format(self, resolved: list[Any]) -> int:
        if resolved not in self.formats:
            self.formats.append(resolved)
        return self.formats.index(resolved)


def expression_key(data: list[Any]) -> str:
    """A string that identifies an expression, for the set of those known to be defined."""
    return json.dumps(data)


def _translate_slot(data: list[Any], slot: Slot, scope: Scope, *, always: bool) -> TypedExpression:
    """The expression that reads `slot`; `always`: it is defined whatever the values are."""
    return TypedExpression(
        data=data,
        kind=slot.type,
        defined=always or slot.default is not None or expression_key(data) in scope.defined,
        max_chars=measure_slot(slot),
        escape_free=slot.type in {"number", "boolean", "date"},
        slot=slot,
    )
