"""Reads `templates/judging/rubric.yaml`; a rubric that contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.schema import Sentence, Slug, StrictSection
from edgefill.catalogue.validation import refuse_problems, validate_file
from edgefill.catalogue.yaml_file import FieldPath, read_yaml_file
from edgefill.judging.large.rubric import Criterion, Rubric

FILE = "judging/rubric.yaml"
# criteria of one text; a model answers each
MAX_CRITERIA = 20
CriterionId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CriterionSection(StrictSection):
    """One criterion, or one thing that must not count against a text."""

    id: CriterionId
    wording: Sentence


class RubricChange(StrictSection):
    """What the rubric of one experience has in addition, and which criteria it leaves out."""

    add: list[CriterionSection] = Field(default_factory=list)
    drop: list[CriterionId] = Field(default_factory=list)


class RubricFile(StrictSection):
    """`judging/rubric.yaml`."""

    threshold: float = Field(gt=0, lt=1)
    criteria: list[CriterionSection] = Field(min_length=1, max_length=MAX_CRITERIA)
    fail: list[CriterionId] = Field(min_length=1)
    ignore: list[CriterionSection] = Field(default_factory=list, max_length=MAX_CRITERIA)
    experiences: dict[Slug, RubricChange] = Field(default_factory=dict)


def load_rubric(path: Path, *, experiences: Collection[str], file: str = FILE) -> Rubric:
    """The rubric at `path`; CatalogueRefused names file, line and field of every problem."""
    yaml_file = read_yaml_file(path, file=file)
    rubric = validate_file(yaml_file, RubricFile)
    refuse_problems(yaml_file, _check_rubric(rubric, experiences))
    return Rubric(
        threshold=rubric.threshold,
        criteria=tuple(map(_build_criterion, rubric.criteria)),
        deciding=frozenset(rubric.fail),
        ignored=tuple(each.wording for each in rubric.ignore),
        additions={
            name: tuple(map(_build_criterion, change.add))
            for name, change in rubric.experiences.items()
        },
        removals={name: frozenset(change.drop) for name, change in rubric.experiences.items()},
    )


def _build_criterion(section: CriterionSection) -> Criterion:
    return Criterion(id=section.id, wording=section.wording)


def _check_rubric(rubric: RubricFile, experiences: Collection[str]) -> Problems:
    declared = {each.id for each in rubric.criteria}
    ignored = {each.id for each in rubric.ignore}
    yield from _find_repeated(("criteria",), [each.id for each in rubric.criteria])
    yield from _find_repeated(("ignore",), [each.id for each in rubric.ignore])
    yield from _find_repeated(("fail",), rubric.fail)
    for position, id_ in enumerate(rubric.fail):
        if id_ in ignored:
            yield ("fail", position), f"{id_!r} both fails a text and is ignored; keep one"
        elif id_ not in declared:
            yield ("fail", position), f"{id_!r} is not among the criteria; declare it there"
    for position, each in enumerate(rubric.ignore):
        if each.id in declared and each.id not in rubric.fail:
            yield ("ignore", position), f"{each.id!r} is a criterion and is ignored; keep one"
    for name, change in rubric.experiences.items():
        if name not in experiences:
            yield ("experiences", name), f"{name!r} is not an experience of the catalogue"
        yield from _check_change(("experiences", name), change, rubric)


def _check_change(path: FieldPath, change: RubricChange, rubric: RubricFile) -> Problems:
    declared = {each.id for each in rubric.criteria}
    ignored = {each.id for each in rubric.ignore}
    added = [each.id for each in change.add]
    yield from _find_repeated((*path, "add"), added)
    for position, id_ in enumerate(added):
        if id_ in change.drop:
            yield (*path, "add", position), f"{id_!r} is added and dropped; keep one"
        elif id_ in declared:
            yield (*path, "add", position), f"{id_!r} is among the criteria already; remove it"
        elif id_ in ignored:
            yield (*path, "add", position), f"{id_!r} both fails a text and is ignored; keep one"
    for position, id_ in enumerate(change.drop):
        if id_ not in declared and id_ not in added:
            yield (*path, "drop", position), f"{id_!r} is not among the criteria; remove it"
    if not set(rubric.fail) - set(change.drop) | set(added):
        yield (*path, "drop"), "no criterion that fails a text is left; keep one"


def _find_repeated(path: FieldPath, ids: list[str]) -> Iterator[tuple[FieldPath, str]]:
    for position, id_ in enumerate(ids):
        if id_ in ids[:position]:
            yield (*path, position), f"{id_!r} is repeated; keep one"
