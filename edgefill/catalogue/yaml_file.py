"""YAML files with the line of every field, so that a refusal can say where to look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from edgefill.core.errors import CatalogueRefused

FieldPath: TypeAlias = tuple[str | int, ...]  # keys and positions from the file's root to a field


class _JsonTypesLoader(yaml.SafeLoader):
    """Plain JSON values: dates stay strings, and only `true` and `false` are booleans."""


_JsonTypesLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith((":timestamp", ":bool"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_JsonTypesLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """One file's data, and the line (from 1) on which each of its fields stands."""

    file: str
    data: Any
    lines: dict[FieldPath, int]

    def problem(self, place: FieldPath, message: str) -> str:
        """`message` with file, line and field; a missing field has the line of what lacks it."""
        known = next(place[:n] for n in range(len(place), -1, -1) if place[:n] in self.lines)
        field = ".".join(map(str, place)) or "file"
        return f"{self.file}:{self.lines[known]}: {field}: {message}"


def read_yaml_file(path: Path, *, file: str) -> YamlFile:
    """The YAML file at `path`, called `file` in errors; CatalogueRefused when it is none."""
    try:
        loader = _JsonTypesLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        lines: dict[FieldPath, int] = {(): 1}
        if root is not None:
            _mark(root, (), lines, file)
        return YamlFile(
            file=file, data=loader.construct_document(root) if root else None, lines=lines
        )
    except OSError as error:
        raise CatalogueRefused(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{file}: is not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise CatalogueRefused(f"{file}: nested too deeply, or in itself; write it flat") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueRefused(f"{file}:{line}: is no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise CatalogueRefused(f"{file}: is no YAML: {error}") from error


def _mark(node: yaml.Node, place: FieldPath, lines: dict[FieldPath, int], file: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            _note(item, item, (*place, position), lines, file)
    elif isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                line = key.start_mark.line + 1
                raise CatalogueRefused(f"{file}:{line}: {inner[-1]}: is given twice; keep one")
            _note(key, item, inner, lines, file)


def _note(
    at: yaml.Node, node: yaml.Node, place: FieldPath, lines: dict[FieldPath, int], file: str
) -> None:
    lines[place] = at.start_mark.line + 1
    _mark(node, place, lines, file)
