"""The catalogue in memory: experiences with their goals, tones and hand-written fallbacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from edgefill.catalogue.questions import Questions
from edgefill.core.cases import ANY, is_question_case
from edgefill.core.errors import UnknownExperience
from edgefill.core.experience import Experience
from edgefill.core.keys import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One experience and what only its authors and models need to know of it."""

    experience: Experience
    title: str
    goal: str  # what the text must achieve
    fallback: dict[str, str]  # locale -> template text
    tones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """The phrases of one locale that tell a reader: yours is this value of the dimension."""

    dimension: str
    value: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything a product says; `version` changes whenever any of it does."""

    version: str
    shop: str
    locales: tuple[str, ...]
    default_locale: str
    fallbacks: dict[str, str]  # locale -> the locale that stands in for it
    tones: dict[str, str]  # tone -> how it sounds
    entries: dict[str, Entry]
    sayings: dict[str, tuple[Saying, ...]] = field(default_factory=dict)  # by locale
    questions: Questions | None = None  # None: free questions are not answered

    def unsaid(self, experience: str, locale: str, case: str = ANY) -> tuple[Saying, ...]:
        """What a text for the case must not say: every value that the case does not state.

        The case `any`, and a dimension that the experience does not distinguish, state none.
        """
        stated = self.entry(experience).experience.cases.values_of(case)
        sayings = self.sayings.get(locale, ())
        return tuple(each for each in sayings if stated.get(each.dimension) != each.value)

    def entry(self, id_: str) -> Entry:
        """The entry of an experience; UnknownExperience."""
        if id_ not in self.entries:
            raise UnknownExperience(f"no experience {id_[:80]!r} in the catalogue")
        return self.entries[id_]

    def closed(self) -> tuple[Entry, ...]:
        """The entries whose cases are declared: all but those that answer free questions."""
        return tuple(entry for entry in self.entries.values() if not entry.experience.open)

    def keys(self) -> Iterator[Key]:
        """Every experience in every locale and written case, in declared order.

        The answers of an open experience cannot be listed: their keys are made of questions.
        """
        for entry in self.closed():
            for locale in self.locales:
                for case in entry.experience.cases.written:
                    yield Key(experience=entry.experience.id, locale=locale, case=case)

    def has(self, key: Key) -> bool:
        """Whether a template may be written for `key`."""
        entry = self.entries.get(key.experience)
        if entry is None or key.locale not in self.locales:
            return False
        if entry.experience.open:
            return is_question_case(key.case)
        return key.case in entry.experience.cases.written

    def tone(self, key: Key) -> str:
        """The tone of a key's text: an experience's tones take turns over its written cases."""
        entry = self.entry(key.experience)
        written = entry.experience.cases.written
        turn = written.index(key.case) if key.case in written else 0
        return entry.tones[turn % len(entry.tones)]
