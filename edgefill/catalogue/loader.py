"""Loads a catalogue from its folder; all problems of a file are reported together.

shop.yaml · experiences/<id>.yaml · fallbacks/<id>/<locale>.(html|json|txt)
questions/<id>/<locale>.txt
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edgefill.catalogue.build_experience import build_case_phrases, build_experience
from edgefill.catalogue.catalogue import CasePhrase, Catalogue, CatalogueEntry
from edgefill.catalogue.checks import (
    check_cases,
    check_defaults,
    check_experience,
    check_shop,
)
from edgefill.catalogue.derivation import check_derivation, find_source, inherit_cases
from edgefill.catalogue.question_checks import check_experience_questions, check_shop_questions
from edgefill.catalogue.questions import read_questions
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.catalogue.validation import refuse_problems, validate_file
from edgefill.catalogue.yaml_file import YamlFile, read_yaml_file
from edgefill.core.errors import CatalogueRefused

FALLBACK_SUFFIXES = {"html": ".html", "json": ".json", "text": ".txt"}


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in `folder`; CatalogueRefused names file, line and field of every problem."""
    if not folder.is_dir():
        raise CatalogueRefused(f"{folder}: is not a folder; name the one that contains shop.yaml")
    yaml_file = read_yaml_file(folder / "shop.yaml", file="shop.yaml")
    shop = validate_file(yaml_file, ShopFile)
    refuse_problems(yaml_file, check_shop(shop))
    paths = sorted((folder / "experiences").glob("*.yaml"))
    if not paths:
        raise CatalogueRefused("experiences: has no YAML file; declare an experience")
    files = _read_experiences(paths, shop)
    refuse_problems(yaml_file, check_shop_questions(shop.ask, shop, files))
    case_phrases = {locale: build_case_phrases(shop, locale) for locale in shop.locales}
    entries = {
        id_: _build_entry(folder, file, shop, case_phrases, files) for id_, file in files.items()
    }
    texts = [(entry.experience.version, entry.fallbacks) for entry in entries.values()]
    return Catalogue(
        version=_digest([shop.model_dump(exclude={"ask", "link_hosts"}), texts]),
        shop=shop.name,
        locales=tuple(shop.locales),
        default_locale=shop.default_locale,
        locale_fallbacks=dict(shop.fallbacks),
        tones=dict(shop.tones),
        entries=entries,
        questions=read_questions(folder, shop.ask, shop.locales, files) if shop.ask else None,
    )


def _read_experiences(paths: Sequence[Path], shop: ShopFile) -> dict[str, ExperienceFile]:
    yaml_files = {
        path.stem: read_yaml_file(path, file=f"experiences/{path.name}") for path in paths
    }
    read = {name: validate_file(each, ExperienceFile) for name, each in yaml_files.items()}
    files = {name: inherit_cases(file, read) for name, file in read.items()}
    for name, file in files.items():
        _check_file(yaml_files[name], name, file, shop, read)
    return files


def _check_file(
    yaml_file: YamlFile,
    name: str,
    file: ExperienceFile,
    shop: ShopFile,
    files: Mapping[str, ExperienceFile],
) -> None:
    if file.id != name:
        problem = f"must equal the file's name, {name!r}"
        raise CatalogueRefused(yaml_file.format_problem(("id",), problem))
    refuse_problems(yaml_file, check_derivation(files[name], files))
    refuse_problems(yaml_file, check_experience(file, shop))
    refuse_problems(yaml_file, check_experience_questions(file, shop))
    experience = build_experience(file, shop, version="")
    refuse_problems(yaml_file, check_defaults(experience.slots))
    refuse_problems(yaml_file, check_cases(experience.cases))


def _build_entry(
    folder: Path,
    file: ExperienceFile,
    shop: ShopFile,
    case_phrases: Mapping[str, tuple[CasePhrase, ...]],
    files: Mapping[str, ExperienceFile],
) -> CatalogueEntry:
    source = find_source(file, files)
    declarations = [_dump_declaration(each) for each in (file, source) if each]
    return CatalogueEntry(
        experience=build_experience(
            file, shop, version=_digest(declarations if source else declarations[0])
        ),
        title=file.title,
        goal=file.goal,
        fallbacks={locale: _read_fallback(folder, file, locale) for locale in shop.locales},
        tones=tuple(file.tones),
        case_phrases=case_phrases,
        derived_from=source.id if source else "",
    )


def _dump_declaration(file: ExperienceFile) -> dict[str, Any]:
    """What an experience's texts depend on: not its questions, its queries, nor defaults."""
    left_out: dict[str, Any] = {"ask": True, "slots": {name: {"query"} for name in file.slots}}
    return file.model_dump(exclude=left_out if file.derive else left_out | {"derive": True})


def _read_fallback(folder: Path, file: ExperienceFile, locale: str) -> str:
    name = f"fallbacks/{file.id}/{locale}{FALLBACK_SUFFIXES[file.format]}"
    try:
        text = (folder / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CatalogueRefused(f"{name}: is missing; write the fallback text") from error
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    if not text:
        raise CatalogueRefused(f"{name}:1: is empty; write the fallback text")
    return text


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
