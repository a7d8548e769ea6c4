"""Validates YAML files against their schema; all problems of a file are reported together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from edgefill.catalogue.yaml_file import FieldPath, YamlFile
from edgefill.core.errors import CatalogueRefused

Model = TypeVar("Model", bound=BaseModel)


def validate_file(yaml_file: YamlFile, model: type[Model]) -> Model:
    """The file's data as `model`; CatalogueRefused names line and field of every problem."""
    try:
        return model.model_validate(yaml_file.data)
    except ValidationError as error:
        problems = {each["loc"]: _describe(each) for each in error.errors()}
        raise _make_refusal(yaml_file, problems.items()) from error


def refuse_problems(yaml_file: YamlFile, problems: Iterable[tuple[FieldPath, str]]) -> None:
    """Raise CatalogueRefused with all `problems`, if there are any."""
    reported = list(problems)
    if reported:
        raise _make_refusal(yaml_file, reported)


def _describe(error: ErrorDetails) -> str:
    """What is wrong, without the name of a class of ours."""
    if error["type"] != "model_type":
        return error["msg"]
    found = {type(None): "empty", list: "a list"}.get(type(error["input"]), "a single value")
    return f"is {found}; write fields, one `name: value` per line"


def _make_refusal(
    yaml_file: YamlFile, problems: Iterable[tuple[FieldPath, str]]
) -> CatalogueRefused:
    return CatalogueRefused(
        "\n".join(yaml_file.format_problem(path, problem) for path, problem in problems)
    )
