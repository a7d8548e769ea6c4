"""What the readers of a template's parts share: the document, its values, the findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath
from cloudfront_emulator.cloudformation.document import TemplateDocument, TemplateResource
from cloudfront_emulator.cloudformation.intrinsics import IntrinsicResolver
from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.cloudformation.values import UnknownValue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TemplateContext:
    """One template being read."""

    document: TemplateDocument
    resolver: IntrinsicResolver
    diagnostics: Diagnostics

    def read_properties(self, resource: TemplateResource) -> PropertyReader:
        """A resource's properties, computed."""
        place = PropertyPath(resource.logical_id)
        properties = self.resolver.resolve(dict(resource.properties), place)
        return PropertyReader(place, properties, self.diagnostics)

    def find_resource(self, value: object, type_: str) -> TemplateResource | None:
        """The resource of a type that a Ref or Fn::GetAtt stands for."""
        if not isinstance(value, UnknownValue) or value.logical_id is None:
            return None
        resource = self.document.resources.get(value.logical_id)
        return resource if resource is not None and resource.type == type_ else None

    def find_policy(
        self, bag: PropertyReader, name: str, type_: str, managed: Mapping[str, T]
    ) -> T | TemplateResource | None:
        """What a policy id names: AWS's own, or a resource; None beside the fault when neither."""
        value = bag.read_text(name)
        if not value:
            return None
        if policy := managed.get(value) or self.find_resource(value, type_):
            return policy
        if isinstance(value, UnknownValue):
            what = f"{value!s} is no {type_} of this template"
            remedy = "declare it in the distribution's own stack"
        else:
            what = f"{value!r} is none of AWS's managed policies"
            remedy = "use one of those, or declare the policy in this template and Ref it"
        self.diagnostics.add_fault(bag.path / name, what, remedy)
        return None
