"""The template as a document: its file, resources and sections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cloudfront_emulator.cloudformation.diagnostics import make_refusal

SUFFIX = ".template.json"


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """One entry of `Resources`."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateDocument:
    """A whole template; `sections` has Parameters, Mappings and Conditions unresolved.

    `macros` is the value of Transform: with macros, the deployed template differs from this one.
    """

    file: Path
    resources: Mapping[str, TemplateResource]
    sections: Mapping[str, Mapping[str, Any]]
    macros: Any = None

    @property
    def stack(self) -> str:
        """The name of the stack, from the file name that `cdk synth` gave it."""
        return self.file.name.removesuffix(SUFFIX).partition(".")[0]

    def list_of_type(self, type_: str) -> list[TemplateResource]:
        """All resources of a type, in the template's order."""
        return [each for each in self.resources.values() if each.type == type_]


def read_document(file: Path) -> TemplateDocument:
    """Read a template file, JSON or YAML; CloudFormationRefused if it is not a template."""
    content = _parse(file)
    resources = content.get("Resources") if isinstance(content, dict) else None
    if not isinstance(resources, dict):
        raise make_refusal(file, "not a CloudFormation template: it lacks Resources", _NAME_ONE)
    sections = {
        name: content[name] if isinstance(content.get(name), dict) else {}
        for name in ("Parameters", "Mappings", "Conditions")
    }
    read = {name: _read_resource(file, name, body) for name, body in resources.items()}
    return TemplateDocument(
        file=file, resources=read, sections=sections, macros=content.get("Transform")
    )


_NAME_ONE = "name a file that `cdk synth` wrote, such as cdk.out/Stack.template.json"


def _parse(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise make_refusal(file, f"cannot be read ({reason})", _NAME_ONE) from None
    try:
        if file.suffix in (".yaml", ".yml"):
            return yaml.load(text, Loader=_CloudFormationLoader)  # noqa: S506 (a safe loader with tags)
        return json.loads(text)
    except RecursionError:
        raise make_refusal(file, "nested too deeply", _NAME_ONE) from None
    except ValueError as error:
        raise make_refusal(file, f"not JSON ({error})", _NAME_ONE) from None
    except yaml.YAMLError as error:
        detail = " ".join(str(error).split())
        raise make_refusal(file, f"not YAML ({detail})", _NAME_ONE) from None


def _read_resource(file: Path, name: str, body: Any) -> TemplateResource:
    if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
        raise make_refusal(file, f"{name}: Type: a resource names its type", "synthesise it again")
    if not isinstance(body.get("Condition", ""), str):
        raise make_refusal(file, f"{name}: Condition: expected a name", "synthesise it again")
    for part in ("Properties", "Metadata"):
        if not isinstance(body.get(part, {}), dict):
            raise make_refusal(file, f"{name}: {part}: expected an object", "synthesise it again")
    return TemplateResource(
        logical_id=name,
        type=body["Type"],
        properties=body.get("Properties", {}),
        metadata=body.get("Metadata", {}),
        condition=body.get("Condition"),
    )


class _CloudFormationLoader(yaml.SafeLoader):
    """Loads YAML with CloudFormation's short forms, such as `!Ref X` for `{Ref: X}`."""


def _construct_short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_CloudFormationLoader.add_multi_constructor("!", _construct_short_form)
