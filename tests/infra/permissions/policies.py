"""Reads who has which permission from the templates of one stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.infra.stage_templates import StageTemplates


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


def list_permissions(stage: StageTemplates) -> dict[str, set[Permission]]:
    """The permissions of every role."""
    found: dict[str, set[Permission]] = {
        f"<{stack}.{id_}>": set(_list_inline(stage, stack, row))
        for stack, id_, row in stage.find_all("AWS::IAM::Role")
    }
    for type_ in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for stack, _, row in stage.find_all(type_):
            for role in row.get("Roles", ()):
                statements = row["PolicyDocument"]["Statement"]
                found[stage.resolve(role, stack)].update(_read(stage, stack, statements))
    return found


def _list_inline(
    stage: StageTemplates, stack: str, role: Mapping[str, Any]
) -> Iterator[Permission]:
    """A policy that AWS manages counts as everything, since nobody here can read it."""
    for arn in role.get("ManagedPolicyArns", ()):
        yield Permission(action="*", resource=stage.resolve(arn, stack))
    for policy in role.get("Policies", ()):
        yield from _read(stage, stack, policy["PolicyDocument"]["Statement"])


def _read(stage: StageTemplates, stack: str, statements: Any) -> Iterator[Permission]:
    for statement in statements:
        if statement["Effect"] != "Allow" or not {"Action", "Resource"} <= statement.keys():
            raise LookupError(f"policies.py cannot read a statement of this form: {statement}")
        conditions = ", ".join(
            f"{operator} {key} {stage.resolve(value, stack)}"
            for operator, pairs in statement.get("Condition", {}).items()
            for key, value in pairs.items()
        )
        for action in list_items(statement["Action"]):
            for resource in list_items(statement["Resource"]):
                yield Permission(
                    action=action,
                    resource=stage.resolve(resource, stack),
                    conditions=conditions,
                )


def list_items(value: Any) -> list[Any]:
    """A value of a policy, of which one stands without a list."""
    return value if isinstance(value, list) else [value]
