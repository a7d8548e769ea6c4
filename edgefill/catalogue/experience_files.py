"""Reads the experiences of a catalogue and checks each against the shop and the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from edgefill.catalogue.build_experience import build_experience
from edgefill.catalogue.checks import check_cases, check_defaults, check_experience
from edgefill.catalogue.derivation import check_derivation, inherit_cases
from edgefill.catalogue.questions.checks import check_experience_questions
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.catalogue.validation import ProblemCollector, refuse_problems, validate_file
from edgefill.catalogue.yaml_file import YamlFile, read_yaml_file
from edgefill.core.errors import CatalogueRefused

_FOLDER = "experiences"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceFiles:
    """The experiences without a problem by name, and the names of all others."""

    sound: Mapping[str, ExperienceFile]
    unsound: frozenset[str]


def read_experience_files(
    folder: Path, shop: ShopFile | None, problems: ProblemCollector
) -> ExperienceFiles:
    """The experiences in a catalogue's folder; without a `shop` only their schema is checked."""
    names = _list_names(folder / _FOLDER, problems)
    attempts = {name: problems.attempt(partial(_read_file, folder, name)) for name in names}
    read = {name: attempt for name, attempt in attempts.items() if attempt}
    files = {name: file for name, (_, file) in read.items()}
    sound = {}
    for name, (yaml_file, file) in read.items():
        # an experience whose source cannot be read is checked when that one is corrected
        is_source_read = not file.derive or file.derive.source not in attempts.keys() - read.keys()
        if shop and is_source_read:
            check = partial(_check_file, yaml_file, name, shop, files)
            sound[name] = problems.attempt(check)
    complete = {name: file for name, file in sound.items() if file}
    return ExperienceFiles(sound=complete, unsound=frozenset(attempts.keys() - complete.keys()))


def _list_names(folder: Path, problems: ProblemCollector) -> list[str]:
    found = sorted(folder.glob("*"))
    problems.problems += [
        f"{_FOLDER}/{path.name}: is not read; rename it to {path.stem}.yaml"
        for path in found
        if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml"
    ]
    names = [path.stem for path in found if path.suffix == ".yaml"]
    if not names:
        problems.problems.append(f"{_FOLDER}: has no YAML file; declare an experience")
    return names


def _read_file(folder: Path, name: str) -> tuple[YamlFile, ExperienceFile]:
    yaml_file = read_yaml_file(folder / _FOLDER / f"{name}.yaml", file=f"{_FOLDER}/{name}.yaml")
    if isinstance(yaml_file.data, dict):
        # validated like an id that is written, since it is part of paths
        yaml_file = replace(yaml_file, data={"id": name} | yaml_file.data)
    return yaml_file, validate_file(yaml_file, ExperienceFile)


def _complete(file: ExperienceFile, shop: ShopFile) -> ExperienceFile:
    """`file` with its title and tone, if it does not name them."""
    return file.model_copy(
        update={
            "title": file.title or file.id.replace("-", " ").capitalize(),
            "tones": file.tones or list(shop.tones)[:1],
        }
    )


def _check_file(
    yaml_file: YamlFile, name: str, shop: ShopFile, files: Mapping[str, ExperienceFile]
) -> ExperienceFile:
    """The complete file of an experience without a problem; CatalogueRefused."""
    file = _complete(inherit_cases(files[name], files), shop)
    if file.id != name:
        problem = f"must equal the file's name, {name!r}; rename the file, or remove this field"
        raise CatalogueRefused(yaml_file.format_problem(("id",), problem))
    declared = [
        *check_derivation(files[name], files),
        *check_experience(file, shop),
        *check_experience_questions(file, shop),
    ]
    refuse_problems(yaml_file, declared)
    experience = build_experience(file, shop, version="")
    refuse_problems(yaml_file, [*check_defaults(experience.slots), *check_cases(experience.cases)])
    return file
