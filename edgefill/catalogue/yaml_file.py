"""Reads YAML files with the line of every field, so that an error can name it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from edgefill.core.errors import CatalogueRefused

# the keys and positions from a file's root to a field
FieldPath: TypeAlias = tuple[str | int, ...]


# a longer file is refused without reading it
MAX_BYTES = 1_000_000


class _JsonTypesLoader(yaml.SafeLoader):
    """Loads JSON types only: dates stay strings, and only `true` and `false` are booleans.

    So do numbers to the base 60 (12:30) and numbers that JSON's readers would round. An alias is
    refused: a few lines of them stand for more values than a machine can hold.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node; MarkedYAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="it has an alias; repeat the value", problem_mark=self.get_mark()
            )
        return super().compose_node(parent, index)


_OTHER_TYPES = (":timestamp", ":bool", ":int", ":float")
_JsonTypesLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith(_OTHER_TYPES)]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_JsonTypesLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf")
)
_JsonTypesLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("^[-+]?(?:0|[1-9][0-9]{0,17})$"), list("-+0123456789")
)
_JsonTypesLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9]{1,18}\.[0-9]{0,18}(?:[eE][-+]?[0-9]{1,3})?$"),
    list("-+0123456789"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """One file's data, and the line (from 1) of each of its fields."""

    file: str
    data: Any
    lines: dict[FieldPath, int]

    def find_line(self, path: FieldPath) -> int:
        """The line of a field; a missing field has the line of its parent."""
        return next(
            self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines
        )

    def format_problem(self, path: FieldPath, message: str) -> str:
        """`message` with file, line and field."""
        field = ".".join(map(str, path)) or "file"
        return f"{self.file}:{self.find_line(path)}: {field}: {message}"


def read_yaml_file(path: Path, *, file: str) -> YamlFile:
    """The YAML file at `path`, called `file` in errors; CatalogueRefused if it cannot be read."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise CatalogueRefused(
                f"{file}: has {len(content)} bytes; at most {MAX_BYTES} are read: split it"
            )
        loader = _JsonTypesLoader(content.decode())
        root = loader.get_single_node()
        lines: dict[FieldPath, int] = {(): 1}
        if root is not None:
            _record_lines(root, (), lines, file)
        return YamlFile(
            file=file, data=loader.construct_document(root) if root else None, lines=lines
        )
    except FileNotFoundError as error:
        raise CatalogueRefused(
            f"{file}: does not exist; write it, or name the folder that has it"
        ) from error
    except OSError as error:
        raise CatalogueRefused(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueRefused(
            f"{file}: is not UTF-8 at byte {error.start}; save it in that encoding"
        ) from error
    except RecursionError as error:
        raise CatalogueRefused(f"{file}: is nested too deeply; flatten it") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueRefused(f"{file}:{line}: is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise CatalogueRefused(f"{file}: is not valid YAML: {error}") from error


def _record_lines(node: yaml.Node, path: FieldPath, lines: dict[FieldPath, int], file: str) -> None:
    """Add the line of every field below `node` to `lines`; CatalogueRefused for repeated keys."""
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[(*path, position)] = item.start_mark.line + 1
            _record_lines(item, (*path, position), lines, file)
    elif isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            inner = (*path, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                raise CatalogueRefused(f"{file}:{line}: {inner[-1]}: is repeated; keep one")
            lines[inner] = line
            _record_lines(item, inner, lines, file)
