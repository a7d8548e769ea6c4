"""Validates YAML files against their schema; all problems are reported together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from edgefill.catalogue.schema_errors import describe_schema_error
from edgefill.catalogue.yaml_file import FieldPath, YamlFile
from edgefill.core.errors import CatalogueRefused

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


class ProblemCollector:
    """Collects what files are refused for, so that one bad file does not hide the next."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def attempt(self, read: Callable[[], Value]) -> Value | None:
        """What `read` returns; None, with its problems collected, if it raises CatalogueRefused."""
        try:
            return read()
        except CatalogueRefused as refused:
            self.problems += str(refused).splitlines()
            return None

    def refuse(self) -> None:
        """Raise CatalogueRefused with everything collected, if there is anything."""
        if self.problems:
            raise CatalogueRefused("\n".join(self.problems))


def validate_file(yaml_file: YamlFile, model: type[Model]) -> Model:
    """The file's data as `model`; CatalogueRefused names line and field of every problem."""
    try:
        return model.model_validate(yaml_file.data)
    except ValidationError as error:
        problems = {each["loc"]: describe_schema_error(each, model) for each in error.errors()}
        raise _make_refusal(yaml_file, problems.items()) from error


def refuse_problems(yaml_file: YamlFile, problems: Iterable[tuple[FieldPath, str]]) -> None:
    """Raise CatalogueRefused with all `problems`, if there are any."""
    reported = list(problems)
    if reported:
        raise _make_refusal(yaml_file, reported)


def _make_refusal(
    yaml_file: YamlFile, problems: Iterable[tuple[FieldPath, str]]
) -> CatalogueRefused:
    ordered = sorted(problems, key=lambda problem: yaml_file.find_line(problem[0]))
    return CatalogueRefused(
        "\n".join(yaml_file.format_problem(path, problem) for path, problem in ordered)
    )
