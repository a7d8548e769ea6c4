"""Loads a catalogue from its folder; the problems of all files are reported together.

shop.yaml · experiences/<id>.yaml · fallbacks/<id>/<locale>.(html|json|txt)
questions/states.yaml · questions/<id>/<locale>.txt · questions/<id>/<locale>.contrast.txt
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edgefill.catalogue.build_experience import build_case_phrases, build_experience
from edgefill.catalogue.catalogue import CasePhrase, Catalogue, CatalogueEntry
from edgefill.catalogue.checks import check_shop
from edgefill.catalogue.derivation import find_source
from edgefill.catalogue.experience_files import ExperienceFiles, read_experience_files
from edgefill.catalogue.fallback_files import find_stray_fallbacks, read_fallbacks
from edgefill.catalogue.questions.checks import check_shop_questions
from edgefill.catalogue.questions.question_files import read_questions
from edgefill.catalogue.questions.state_checks import check_asserted_states, read_states
from edgefill.catalogue.questions.states import StateSection
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.catalogue.validation import ProblemCollector, refuse_problems, validate_file
from edgefill.catalogue.yaml_file import YamlFile, read_yaml_file
from edgefill.core.errors import CatalogueRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueReading:
    """What a folder holds: the sound experiences, and every problem in the order to fix them.

    `catalogue` is None if there is a problem.
    """

    entries: Mapping[str, CatalogueEntry]
    problems: tuple[str, ...]
    catalogue: Catalogue | None


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in `folder`; CatalogueRefused names file, line and field of every problem."""
    reading = read_catalogue(folder)
    if reading.catalogue is None:
        raise CatalogueRefused("\n".join(reading.problems))
    return reading.catalogue


def read_catalogue(folder: Path) -> CatalogueReading:
    """The catalogue in `folder` and all its problems; CatalogueRefused if it is not a folder."""
    if not folder.is_dir():
        raise CatalogueRefused(f"{folder}: is not a folder; name the one that contains shop.yaml")
    return _CatalogueReader(folder).read()


class _CatalogueReader:
    """Reads the files in the order in which their problems should be fixed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collector = ProblemCollector()

    def read(self) -> CatalogueReading:
        attempt = self._collector.attempt
        yaml_file = attempt(partial(read_yaml_file, self._folder / "shop.yaml", file="shop.yaml"))
        shop = attempt(partial(_validate_shop, yaml_file)) if yaml_file else None
        if yaml_file and shop:
            attempt(partial(refuse_problems, yaml_file, check_shop(shop)))
        experiences = read_experience_files(self._folder, shop, self._collector)
        if yaml_file is None or shop is None:
            return CatalogueReading(
                entries={}, problems=tuple(self._collector.problems), catalogue=None
            )
        return self._build(yaml_file, shop, experiences)

    def _build(
        self, yaml_file: YamlFile, shop: ShopFile, experiences: ExperienceFiles
    ) -> CatalogueReading:
        """The entries of the sound files, and the catalogue if nothing is wrong with it."""
        attempt, sound = self._collector.attempt, experiences.sound
        if shop.ask and shop.ask.answer not in experiences.unsound:
            found = check_shop_questions(shop.ask, shop, sound)
            attempt(partial(refuse_problems, yaml_file, found))
        case_phrases = {locale: build_case_phrases(shop, locale) for locale in shop.locales}
        entries = {
            id_: self._build_entry(file, shop, case_phrases, sound) for id_, file in sound.items()
        }
        declared = {*sound, *experiences.unsound}
        self._collector.problems += find_stray_fallbacks(self._folder, declared)
        states = None if experiences.unsound else self._read_states(shop, sound)
        questions = None
        if shop.ask and states is not None:
            read = partial(read_questions, self._folder, shop.ask, shop.locales, sound, states)
            questions = attempt(read)
        problems = tuple(self._collector.problems)
        texts = [(entry.experience.version, entry.fallbacks) for entry in entries.values()]
        catalogue = Catalogue(
            version=_digest([shop.model_dump(exclude={"ask", "link_hosts"}), texts]),
            shop=shop.name,
            locales=tuple(shop.locales),
            default_locale=shop.default_locale,
            locale_fallbacks=dict(shop.fallbacks),
            tones=dict(shop.tones),
            entries=entries,
            questions=questions,
        )
        return CatalogueReading(
            entries=entries, problems=problems, catalogue=None if problems else catalogue
        )

    def _read_states(
        self, shop: ShopFile, files: Mapping[str, ExperienceFile]
    ) -> Mapping[str, StateSection] | None:
        """The declared states, after what the experiences assert was checked; None if refused."""
        states = self._collector.attempt(partial(read_states, self._folder, shop, files))
        if states is not None:
            for name, file in files.items():
                check = partial(_check_asserted_states, self._folder, name, file, states)
                self._collector.attempt(check)
        return states

    def _build_entry(
        self,
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
            fallbacks=read_fallbacks(self._folder, file, shop.locales, self._collector),
            tones=tuple(file.tones),
            case_phrases=case_phrases,
            derived_from=source.id if source else "",
        )


def _check_asserted_states(
    folder: Path, name: str, file: ExperienceFile, states: Mapping[str, StateSection]
) -> None:
    path = f"experiences/{name}.yaml"
    yaml_file = read_yaml_file(folder / path, file=path)
    refuse_problems(yaml_file, check_asserted_states(file, states))


def _validate_shop(yaml_file: YamlFile) -> ShopFile:
    """The shop, whose default locale is the first if it names none."""
    shop = validate_file(yaml_file, ShopFile)
    return shop.model_copy(update={"default_locale": shop.default_locale or shop.locales[0]})


def _dump_declaration(file: ExperienceFile) -> dict[str, Any]:
    """What an experience's texts depend on: not its questions, its queries, nor defaults."""
    left_out: dict[str, Any] = {"ask": True, "slots": {name: {"query"} for name in file.slots}}
    return file.model_dump(exclude=left_out if file.derive else left_out | {"derive": True})


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
