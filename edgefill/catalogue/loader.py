"""Reading the catalogue's folder; every problem of a file is reported at once.

shop.yaml · experiences/<id>.yaml · fallbacks/<id>/<locale>.(html|json|txt)
questions/<id>/<locale>.txt
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from edgefill.catalogue.build_experience import build_case_phrases, build_experience
from edgefill.catalogue.catalogue import CasePhrase, Catalogue, CatalogueEntry
from edgefill.catalogue.checks import (
    Problems,
    case_problems,
    default_problems,
    experience_problems,
    shop_problems,
)
from edgefill.catalogue.question_checks import ask_problems, routed_problems
from edgefill.catalogue.questions import read_questions
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.catalogue.yaml_file import YamlFile, read_yaml_file
from edgefill.core.errors import CatalogueRefused

FALLBACK_SUFFIXES = {"html": ".html", "json": ".json", "text": ".txt"}
M = TypeVar("M", bound=BaseModel)


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in `folder`; CatalogueRefused names file, line and field of every problem."""
    if not folder.is_dir():
        raise CatalogueRefused(f"{folder}: is no folder; name the one that holds shop.yaml")
    source = read_yaml_file(folder / "shop.yaml", file="shop.yaml")
    shop = _shaped(source, ShopFile)
    _refuse(source, shop_problems(shop))
    paths = sorted((folder / "experiences").glob("*.yaml"))
    if not paths:
        raise CatalogueRefused("experiences: holds no YAML file; declare an experience")
    files = {path.stem: _experience(path, shop) for path in paths}
    _refuse(source, ask_problems(shop.ask, shop, files))
    case_phrases = {locale: build_case_phrases(shop, locale) for locale in shop.locales}
    entries = {id_: _entry(folder, file, shop, case_phrases) for id_, file in files.items()}
    texts = [(entry.experience.version, entry.fallbacks) for entry in entries.values()]
    return Catalogue(
        version=_digest([shop.model_dump(exclude={"ask"}), texts]),
        shop=shop.name,
        locales=tuple(shop.locales),
        default_locale=shop.default_locale,
        locale_fallbacks=dict(shop.fallbacks),
        tones=dict(shop.tones),
        entries=entries,
        questions=read_questions(folder, shop.ask, shop.locales, files) if shop.ask else None,
    )


def _experience(path: Path, shop: ShopFile) -> ExperienceFile:
    source = read_yaml_file(path, file=f"experiences/{path.name}")
    file = _shaped(source, ExperienceFile)
    if file.id != path.stem:
        raise CatalogueRefused(source.problem(("id",), f"must be the file's name, {path.stem!r}"))
    _refuse(source, experience_problems(file, shop))
    _refuse(source, routed_problems(file, shop))
    experience = build_experience(file, shop, version="")
    _refuse(source, default_problems(experience.slots))
    _refuse(source, case_problems(experience.cases))
    return file


def _entry(
    folder: Path,
    file: ExperienceFile,
    shop: ShopFile,
    case_phrases: Mapping[str, tuple[CasePhrase, ...]],
) -> CatalogueEntry:
    version = _digest(file.model_dump(exclude={"ask"}))  # its questions change no template
    return CatalogueEntry(
        experience=build_experience(file, shop, version=version),
        title=file.title,
        goal=file.goal,
        fallbacks={locale: _fallback(folder, file, locale) for locale in shop.locales},
        tones=tuple(file.tones),
        case_phrases=case_phrases,
    )


def _fallback(folder: Path, file: ExperienceFile, locale: str) -> str:
    name = f"fallbacks/{file.id}/{locale}{FALLBACK_SUFFIXES[file.format]}"
    try:
        text = (folder / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CatalogueRefused(f"{name}: is missing; write the text by hand") from error
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    if not text:
        raise CatalogueRefused(f"{name}:1: is empty; write the text by hand")
    return text


def _shaped(source: YamlFile, model: type[M]) -> M:
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        problems = {e["loc"]: e["msg"] for e in error.errors()}
        raise _refused(source, problems.items()) from error


def _refuse(source: YamlFile, problems: Problems) -> None:
    found = list(problems)
    if found:
        raise _refused(source, found)


def _refused(source: YamlFile, problems: Iterable[tuple[tuple[str | int, ...], str]]) -> Exception:
    return CatalogueRefused("\n".join(source.problem(place, text) for place, text in problems))


def _digest(data: Any) -> str:
    written = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]
