"""What the readers of a template's parts share: the document, its values, the findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from cloudfront_emulator.cloudformation.diagnostics import Findings, Place
from cloudfront_emulator.cloudformation.document import Document, Resource
from cloudfront_emulator.cloudformation.intrinsics import Resolver
from cloudfront_emulator.cloudformation.property_reader import Bag
from cloudfront_emulator.cloudformation.values import Unknown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """One template being read."""

    document: Document
    resolver: Resolver
    findings: Findings

    def bag(self, resource: Resource) -> Bag:
        """A resource's properties, computed."""
        place = Place(resource.logical_id)
        properties = self.resolver.resolve(dict(resource.properties), place)
        return Bag(place, properties, self.findings)

    def named(self, value: object, type_: str) -> Resource | None:
        """The resource of a type that a Ref or Fn::GetAtt stands for."""
        if not isinstance(value, Unknown) or value.logical_id is None:
            return None
        found = self.document.resources.get(value.logical_id)
        return found if found is not None and found.type == type_ else None

    def policy_id(
        self, bag: Bag, name: str, type_: str, managed: Mapping[str, T]
    ) -> T | Resource | None:
        """What a policy id names: AWS's own, or a resource; None beside the fault when neither."""
        value = bag.text(name)
        if not value:
            return None
        if found := managed.get(value) or self.named(value, type_):
            return found
        if isinstance(value, Unknown):
            what = f"{value!s} is no {type_} of this template"
            remedy = "declare it in the distribution's own stack"
        else:
            what = f"{value!r} is none of AWS's managed policies"
            remedy = "use one of those, or declare the policy in this template and Ref it"
        self.findings.fault(bag.place / name, what, remedy)
        return None
