"""Reads who has which permission from the templates of one stage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": "000000000000", "AWS::Region": "us-east-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """An action on a resource; resources of the stage are `<Stack.LogicalId>`."""

    action: str
    resource: str
    conditions: str = ""

    def covers(self, needed: Permission) -> bool:
        """Whether this permission is enough for `needed`; a condition has to be the same."""
        return (
            fnmatchcase(needed.action, self.action)
            and fnmatchcase(needed.resource, self.resource)
            and needed.conditions == self.conditions
        )

    def is_justified_by(self, needed: Permission) -> bool:
        """Whether `needed` is a reason for it; one that names no part needs the very same."""
        is_wide = self.resource == "*" or self.resource.endswith(">/*")
        return self.covers(needed) and (not is_wide or needed.resource == self.resource)


class StageTemplates:
    """The templates of one stage by stack, such as `Store`."""

    def __init__(self, templates: Mapping[str, dict[str, Any]]) -> None:
        self._templates = templates
        self._exports = {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def find_all(self, type_: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Stack, logical id and properties of every resource of a type."""
        for stack, template in self._templates.items():
            for id_, resource in template["Resources"].items():
                if resource["Type"] == type_:
                    yield stack, id_, resource["Properties"]

    def resolve(self, value: Any, stack: str) -> str:
        """A value of a template as text; a reference is the resource, whatever its attribute."""
        match value:
            case str():
                return value
            case {"Ref": name}:
                return PSEUDO.get(name) or f"<{stack}.{name}>"
            case {"Fn::GetAtt": [name, *_]}:
                return f"<{stack}.{name}>"
            case {"Fn::ImportValue": name}:
                home, exported = self._exports[name]
                return self.resolve(exported, home)
            case {"Fn::Join": [separator, parts]}:
                joined = str(separator).join(self.resolve(part, stack) for part in parts)
                return joined.removeprefix("arn:aws:s3:::") if "<" in joined else joined
            case {"Fn::Select": [_, {"Fn::Split": [_, whole]}]}:
                return self.resolve(whole, stack)
            case _:
                return json.dumps(value)

    def list_permissions(self) -> dict[str, set[Permission]]:
        """The permissions of every role."""
        found: dict[str, set[Permission]] = {
            f"<{stack}.{id_}>": set(self._list_inline(stack, properties))
            for stack, id_, properties in self.find_all("AWS::IAM::Role")
        }
        for type_ in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for stack, _, properties in self.find_all(type_):
                for role in properties.get("Roles", ()):
                    statements = properties["PolicyDocument"]["Statement"]
                    found[self.resolve(role, stack)].update(self._read(statements, stack))
        return found

    def _list_inline(self, stack: str, role: Mapping[str, Any]) -> Iterator[Permission]:
        """A policy that AWS manages counts as everything, since nobody here can read it."""
        for arn in role.get("ManagedPolicyArns", ()):
            yield Permission(action="*", resource=self.resolve(arn, stack))
        for policy in role.get("Policies", ()):
            yield from self._read(policy["PolicyDocument"]["Statement"], stack)

    def _read(self, statements: Any, stack: str) -> Iterator[Permission]:
        for statement in statements:
            if statement["Effect"] != "Allow" or not {"Action", "Resource"} <= statement.keys():
                raise ValueError(f"a statement of a form that this test cannot read: {statement}")
            condition = statement.get("Condition")
            for action in list_items(statement["Action"]):
                for resource in list_items(statement["Resource"]):
                    yield Permission(
                        action=action,
                        resource=self.resolve(resource, stack),
                        conditions=self._name_conditions(condition, stack),
                    )

    def _name_conditions(self, condition: Any, stack: str) -> str:
        return ", ".join(
            f"{operator} {key} {self.resolve(value, stack)}"
            for operator, pairs in (condition or {}).items()
            for key, value in pairs.items()
        )


def list_items(value: Any) -> list[Any]:
    """A value of a policy, of which one stands without a list."""
    return value if isinstance(value, list) else [value]
