"""Derived experiences, whose texts are made from another experience's accepted texts."""

from __future__ import annotations

from collections.abc import Mapping

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.nearest_name import describe_choices
from edgefill.catalogue.schema import ExperienceFile


def find_source(file: ExperienceFile, files: Mapping[str, ExperienceFile]) -> ExperienceFile | None:
    """The file of the experience that `file` is derived from; None if there is none."""
    return files.get(file.derive.source) if file.derive else None


def inherit_cases(file: ExperienceFile, files: Mapping[str, ExperienceFile]) -> ExperienceFile:
    """`file` with its source's cases if it is derived and declares none."""
    source = find_source(file, files)
    if source is None or "cases" in file.model_fields_set:
        return file
    return file.model_copy(update={"cases": source.cases})


def check_derivation(file: ExperienceFile, files: Mapping[str, ExperienceFile]) -> Problems:
    """Where a derived experience, as its file declares it, does not fit its source."""
    if file.derive is None:
        return
    source = find_source(file, files)
    if source is None or source.open or source.derive:
        yield ("derive", "from"), _describe_bad_source(file.derive.source, source, files)
        return
    if file.open:
        yield ("open",), "a derived experience has its source's cases; remove this field"
    if "ask" in file.model_fields_set:
        yield ("ask",), f"questions lead to {source.id!r}, not to a derived text; remove this field"
    if "cases" in file.model_fields_set and file.cases != source.cases:
        yield ("cases",), f"must be those of {source.id!r}; remove this field to inherit them"
    if file.anonymous and not source.anonymous:
        yield ("anonymous",), f"must be false, as in {source.id!r}"
    for name, slot in file.slots.items():
        of_source = source.slots.get(name)
        if of_source is None:
            yield ("slots", name), f"{source.id!r} has no such slot; remove it"
        elif slot.type != of_source.type:
            yield ("slots", name, "type"), f"must be {of_source.type!r}, as in {source.id!r}"
        elif of_source.personal and not slot.personal:
            yield ("slots", name, "personal"), f"must be true, as in {source.id!r}"


def _describe_bad_source(
    name: str, source: ExperienceFile | None, files: Mapping[str, ExperienceFile]
) -> str:
    if source is None:
        closed = [id_ for id_, file in files.items() if not (file.open or file.derive)]
        return f"{name!r} is not an experience; {describe_choices(name, closed)}"
    if source.open:
        return f"{name!r} is open: its cases are questions; name a closed experience"
    return f"{name!r} is derived itself; name its own source"
