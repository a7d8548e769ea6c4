"""The templates of one stage, with what refers from one stack to another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.infra.conftest import STACKS

PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": "000000000000", "AWS::Region": "us-east-1"}

Stage = dict[str, dict[str, Any]]


def read_stage(assembly: Path, stage: str) -> Stage:
    """The templates of a stage by stack."""
    return {
        stack: json.loads((assembly / f"Edgefill-{stage}-{stack}.template.json").read_bytes())
        for stack in STACKS
    }


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

    def list_types(self, prefix: str = "") -> set[str]:
        """The types of all resources that start with `prefix`."""
        return {
            resource["Type"]
            for template in self._templates.values()
            for resource in template["Resources"].values()
            if resource["Type"].startswith(prefix)
        }
