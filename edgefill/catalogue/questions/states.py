"""questions/states.yaml: what texts can assert, what contradicts it, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from pydantic import Field, RootModel, StringConstraints

from edgefill.catalogue.schema import Locale, Slug, StrictSection
from edgefill.routing.assertions import ANY_ENDING
from edgefill.routing.question import read_question

STATES_FILE = "questions/states.yaml"

Words: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=r"\w")
]


class StateSection(StrictSection):
    """One state: the states that contradict it, and the phrases that questions name it by."""

    opposites: list[Slug] = Field(default_factory=list)
    words: dict[Locale, list[Words]] = Field(default_factory=dict)


class StatesFile(RootModel[dict[Slug, StateSection]]):
    """`questions/states.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredStates:
    """Phrases by state, in one locale; the states that an experience asserts, and their opposites.

    Phrases are in the form that questions are read in.
    """

    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asserts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    opposites: Mapping[str, frozenset[str]] = field(default_factory=dict)


NOTHING_DECLARED = DeclaredStates()


def find_opposites(name: str, states: Mapping[str, StateSection]) -> frozenset[str]:
    """The opposites of a state; a state is the opposite of its opposites."""
    return frozenset(
        other
        for other, section in states.items()
        if other in states[name].opposites or name in section.opposites
    )


def select_states(
    states: Mapping[str, StateSection], asserts: Mapping[str, frozenset[str]], locale: str
) -> DeclaredStates:
    """What the experiences assert by `asserts`, in `locale`."""
    opposites = {
        experience: frozenset[str]().union(*(find_opposites(name, states) for name in names))
        for experience, names in asserts.items()
    }
    return DeclaredStates(
        phrases={
            name: tuple(map(normalize_phrase, section.words.get(locale, [])))
            for name, section in states.items()
        },
        asserts=asserts,
        opposites=opposites,
    )


def normalize_phrase(phrase: str) -> str:
    """A phrase in the form of a question; BadQuery for one that a question cannot contain."""
    parts = []
    for word in phrase.split():
        beginning = word.removesuffix(ANY_ENDING)
        (read,) = read_question(beginning).words
        parts.append(read + word[len(beginning) :])
    return " ".join(parts)
