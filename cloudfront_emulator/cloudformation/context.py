"""What all readers of a template share: its document, resolver and diagnostics."""

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
    """The state of reading one template."""

    document: TemplateDocument
    resolver: IntrinsicResolver
    diagnostics: Diagnostics

    def read_properties(self, resource: TemplateResource) -> PropertyReader:
        """A reader of a resource's resolved properties."""
        place = PropertyPath(resource.logical_id)
        properties = self.resolver.resolve(dict(resource.properties), place)
        return PropertyReader(place, properties, self.diagnostics)

    def find_resource(self, value: object, type_: str) -> TemplateResource | None:
        """The resource of a type that a Ref or Fn::GetAtt refers to."""
        if not isinstance(value, UnknownValue) or value.logical_id is None:
            return None
        resource = self.document.resources.get(value.logical_id)
        return resource if resource is not None and resource.type == type_ else None

    def find_policy(
        self, reader: PropertyReader, name: str, type_: str, managed: Mapping[str, T]
    ) -> T | TemplateResource | None:
        """The policy of an id: AWS's own, or a resource; None after reporting an unknown one."""
        value = reader.read_text(name)
        if not value:
            return None
        if policy := managed.get(value) or self.find_resource(value, type_):
            return policy
        if isinstance(value, UnknownValue):
            what = f"{value!s} is not an {type_} of this template"
            remedy = "declare it in the distribution's own stack"
        else:
            what = f"{value!r} is not one of AWS's managed policies"
            remedy = "use a managed policy, or declare the policy in this template and Ref it"
        self.diagnostics.add_fault(reader.path / name, what, remedy)
        return None
