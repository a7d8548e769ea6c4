"""Expressions: what may stand between `{{` and `}}`, typed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from edgefill.compiler.calls import FILTERS, Call, CallRefused, bind, chars_of
from edgefill.compiler.cldr import LocaleRefused
from edgefill.compiler.source import Source, offset_of
from edgefill.compiler.tree import Scope, Typed
from edgefill.core.errors import TemplateRefused
from edgefill.core.slots import Slot

_LOOP = {"index": "number", "first": "boolean", "last": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """Types the expressions of one template; remembers the formats and slots they use."""

    source: Source
    locale: str
    slots: frozenset[str]
    formats: list[list[Any]] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)  # slots, in order of first use

    def typed(self, node: nodes.Node, scope: Scope) -> Typed:
        """The typed form of `node`; TemplateRefused when the language has no such thing."""
        match node:
            case nodes.Name(name=name):
                return self._name(node, name, scope)
            case nodes.Getattr(node=nodes.Name(name=name), attr=attribute):
                return self._field(node, name, attribute, scope)
            case nodes.Filter(node=nodes.Node() as inner):
                return self._filter(node, self.typed(inner, scope))
            case _:
                raise self.refused(node, _what(node))

    def refused(self, node: nodes.Node, what: str) -> TemplateRefused:
        """The refusal of a construct that the language does not have."""
        return self.source.refused(
            offset_of(node),
            rule="language",
            reason=f"{what} is not in the template language",
            remedy="use slots, filters, if and for alone",
        )

    def _keep(self, resolved: list[Any]) -> int:
        if resolved not in self.formats:
            self.formats.append(resolved)
        return self.formats.index(resolved)

    def _name(self, node: nodes.Node, name: str, scope: Scope) -> Typed:
        if name in scope.records:
            return Typed(data=["slot", name], kind="record")
        slot = scope.variables.get(name)
        if slot is None:
            raise self._unknown(node, name, scope)
        if name in self.slots:
            self.used[name] = None
        return _read(["slot", name], slot, scope, always=name not in self.slots)

    def _unknown(self, node: nodes.Node, name: str, scope: Scope) -> TemplateRefused:
        return self.source.refused(
            offset_of(node),
            rule="undeclared-slot",
            reason=f"{name!r} is no declared slot",
            remedy=f"declared: {', '.join([*scope.variables, *scope.records]) or 'none'}",
        )

    def _field(self, node: nodes.Node, name: str, attribute: str, scope: Scope) -> Typed:
        if name == "loop" and scope.loops and attribute in _LOOP:
            kind = _LOOP[attribute]
            return Typed(data=[f"loop.{attribute}"], kind=kind, chars=6, plain=True)
        fields = scope.records.get(name, ())
        found = next((field for field in fields if field.name == attribute), None)
        if found is None or hasattr(dict, attribute):
            known = ", ".join(field.name for field in fields if not hasattr(dict, field.name))
            raise self.source.refused(
                offset_of(node),
                rule="undeclared-field",
                reason=f"{name}.{attribute} is no field of a list's item",
                remedy=f"fields of {name}: {known or 'none'}",
            )
        return _read(["field", name, attribute], found, scope, always=True)

    def _filter(self, node: nodes.Filter, value: Typed) -> Typed:
        signature = FILTERS.get(node.name)
        if signature is None:
            raise self.refused(node, f"the filter {node.name}")
        try:
            if value.kind not in signature.takes:
                takes = ", ".join(sorted(signature.takes))
                raise CallRefused(f"{node.name} does not take a {value.kind}", f"takes: {takes}")
            arguments = bind(node, signature)
            call = Call(value=value, arguments=arguments, locale=self.locale, keep=self._keep)
            return signature.apply(call)
        except CallRefused as error:
            reason, remedy, rule = error.reason, error.remedy, "filter"
        except LocaleRefused as error:
            reason, remedy, rule = str(error), "write the template in another locale", "locale"
        raise self.source.refused(offset_of(node), rule=rule, reason=reason, remedy=remedy)


def key_of(data: list[Any]) -> str:
    """One string for each expression, to remember what is known to be defined."""
    return json.dumps(data)


def _read(data: list[Any], slot: Slot, scope: Scope, *, always: bool) -> Typed:
    return Typed(
        data=data,
        kind=slot.type,
        defined=always or slot.default is not None or key_of(data) in scope.defined,
        chars=chars_of(slot),
        plain=slot.type in {"number", "boolean", "date"},
        slot=slot,
    )


def _what(node: nodes.Node) -> str:
    named: dict[type[nodes.Node], str] = {
        nodes.Call: "a call",
        nodes.Getattr: "attribute access",
        nodes.Getitem: "an index",
        nodes.Const: "a printed literal",
        nodes.CondExpr: "an inline if",
        nodes.Concat: "joining with ~",
        nodes.Compare: "a printed comparison",
        nodes.Test: "a printed test",
    }
    return named.get(type(node), f"the expression {type(node).__name__}")
