"""Describes pydantic's errors for the authors of YAML files: what is wrong, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, RootModel
from pydantic_core import ErrorDetails

from edgefill.catalogue.nearest_name import describe_choices

# one of them matches each pattern of the schemas
_EXAMPLES = (
    *(
        "order-delayed",
        "new_date",
        "de-AT",
        "EUR",
        "draft.j2",
        "MODEL_API_KEY",
        "https://a.example",
    ),
    "model-name",
)


def describe_schema_error(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One error of `model` in words, without the name of a class of ours."""
    context, found = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "model_type":
            return _describe_section(found)
        case "missing":
            return f"{error['msg']}; add `{error['loc'][-1]}: ...`"
        case "extra_forbidden":
            name = str(error["loc"][-1])
            fields = _list_fields(model, error["loc"][:-1])
            return f"{name!r} is not a field here; {describe_choices(name, fields)}"
        case "literal_error":
            choices = re.findall(r"'([^']*)'", context["expected"])
            return f"{error['msg']}, not {found!r}; {describe_choices(str(found), choices)}"
        case "string_pattern_mismatch":
            return f"{error['msg']}{_give_example(context['pattern'])}"
    return error["msg"]


def _describe_section(found: object) -> str:
    name = {type(None): "empty", list: "a list"}.get(type(found), "a single value")
    return f"is {name}; write fields, one `name: value` per line"


def _give_example(pattern: str) -> str:
    example = next((each for each in _EXAMPLES if re.search(pattern, each)), "")
    return f"; write it like {example!r}" if example else ""


def _list_fields(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The fields of the section at `path` in a file of `model`."""
    is_mapping = issubclass(model, RootModel)
    sections = [*_find_sections(model.model_fields["root"].annotation)] if is_mapping else [model]
    for name in path:
        inner = [
            found
            for section in sections
            for key, field in section.model_fields.items()
            if name in (key, field.alias)
            for found in _find_sections(field.annotation)
        ]
        # positions, keys of mappings and branches of unions stay in the same section
        sections = inner or sections
    return [field.alias or key for each in sections for key, field in each.model_fields.items()]


def _find_sections(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _find_sections(argument)
