"""Reads questions/states.yaml, and checks it and what the experiences assert."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.questions.states import (
    STATES_FILE,
    StateSection,
    StatesFile,
    find_opposites,
    normalize_phrase,
)
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.catalogue.validation import refuse_problems, validate_file
from edgefill.catalogue.yaml_file import read_yaml_file
from edgefill.core.errors import BadQuery
from edgefill.routing.assertions import ANY_ENDING

_MIN_BEGINNING = 3  # characters before a star


def read_states(
    folder: Path, shop: ShopFile, files: Mapping[str, ExperienceFile]
) -> Mapping[str, StateSection]:
    """The states of a catalogue's folder, {} without the file; CatalogueRefused."""
    if not (folder / STATES_FILE).exists():
        return {}
    yaml_file = read_yaml_file(folder / STATES_FILE, file=STATES_FILE)
    states = validate_file(yaml_file, StatesFile).root
    refuse_problems(yaml_file, check_states(states, shop))
    refuse_problems(yaml_file, _check_use(states, files))
    return states


def check_states(states: Mapping[str, StateSection], shop: ShopFile) -> Problems:
    for name, section in states.items():
        for position, other in enumerate(section.opposites):
            place = (name, "opposites", position)
            if other == name:
                yield place, "a state does not contradict itself; remove it"
            elif other not in states:
                yield place, f"{other!r} is not a state of this file; declare it"
        for locale, phrases in section.words.items():
            if locale not in shop.locales:
                yield (name, "words", locale), f"{locale!r} is not among the locales"
            yield from _check_phrases(name, locale, phrases, states)


def _check_phrases(
    name: str, locale: str, phrases: list[str], states: Mapping[str, StateSection]
) -> Problems:
    of_opposites = {
        phrase: other
        for other in find_opposites(name, states)
        for phrase in states[other].words.get(locale, [])
    }
    for position, phrase in enumerate(phrases):
        place = (name, "words", locale, position)
        if phrase in phrases[:position]:
            yield place, f"{phrase!r} is repeated; keep one"
        elif phrase in of_opposites:
            yield place, f"{phrase!r} is also of the opposite {of_opposites[phrase]!r}; keep one"
        if problem := _describe_phrase(phrase):
            yield place, problem


def _describe_phrase(phrase: str) -> str:
    """What is wrong with a phrase, "" for a valid one."""
    beginnings = [word.removesuffix(ANY_ENDING) for word in phrase.split()]
    if any(ANY_ENDING in each for each in beginnings):
        return f"{phrase!r}: a star ends a word; write it last"
    short = [each for each in beginnings if f"{each}{ANY_ENDING}" in phrase.split()]
    if any(len(each) < _MIN_BEGINNING for each in short):
        return f"{phrase!r}: write at least {_MIN_BEGINNING} letters before a star"
    try:
        normalize_phrase(phrase)
    except (BadQuery, ValueError):
        return f"{phrase!r}: a word has a character that questions are read without; remove it"
    return ""


def check_asserted_states(file: ExperienceFile, states: Mapping[str, StateSection]) -> Problems:
    """Where the `asserts` of an experience contradict themselves or questions/states.yaml."""
    names = file.ask.asserts
    if names and file.open:
        yield ("ask", "asserts"), "an open experience has no text of its own; remove this field"
    for position, name in enumerate(names):
        place = ("ask", "asserts", position)
        if name not in states:
            known = ", ".join(sorted(states)) or "no states"
            yield place, f"{name!r} is not a state of {STATES_FILE}, which has {known}"
        elif name in names[:position]:
            yield place, f"{name!r} is repeated; keep one"
        elif opposites := find_opposites(name, states) & {*names[:position]}:
            yield place, f"{name!r} contradicts {min(opposites)!r}; keep one"


def _check_use(states: Mapping[str, StateSection], files: Mapping[str, ExperienceFile]) -> Problems:
    asserted = {name for file in files.values() for name in file.ask.asserts}
    if not asserted <= states.keys():
        # the experience's own problem is the one to report
        return
    used = asserted.union(*(find_opposites(name, states) for name in asserted))
    for name in states:
        if name not in used:
            yield (name,), "no experience asserts it or an opposite of it; remove it"
