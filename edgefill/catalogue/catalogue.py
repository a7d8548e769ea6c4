"""The catalogue in memory: experiences with their goals, tones and hand-written fallbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.core.cases import ANY, is_question_case
from edgefill.core.errors import UnknownExperience
from edgefill.core.experience import Experience
from edgefill.core.keys import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePhrase:
    """The phrases of one locale that address visitors with one value of a dimension."""

    dimension: str
    value: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One experience with everything that writing and checking its texts needs."""

    experience: Experience
    title: str
    goal: str  # what the text must achieve
    fallbacks: dict[str, str]  # locale -> template text
    tones: tuple[str, ...]
    # locale -> the phrases of every value of every dimension of the shop
    case_phrases: Mapping[str, tuple[CasePhrase, ...]] = field(default_factory=dict)
    # the experience whose accepted texts its own are made from; "": a writer writes them
    derived_from: str = ""

    def phrases_for_other_cases(self, locale: str, case: str = ANY) -> tuple[CasePhrase, ...]:
        """The phrases that a text for `case` must not contain: those of values it does not state.

        The case `any` states no value, and no case states a value of a dimension that the
        experience does not distinguish.
        """
        stated = self.experience.cases.split_case(case)
        phrases = self.case_phrases.get(locale, ())
        return tuple(each for each in phrases if stated.get(each.dimension) != each.value)

    def tone_of(self, case: str) -> str:
        """The tone of a case's text: the tones alternate over the written cases."""
        written_cases = self.experience.cases.names
        position = written_cases.index(case) if case in written_cases else 0
        return self.tones[position % len(self.tones)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All experiences of a product; `version` changes whenever one of their texts may change."""

    version: str
    shop: str
    locales: tuple[str, ...]
    default_locale: str
    locale_fallbacks: dict[str, str]  # locale -> the locale that is served instead
    tones: dict[str, str]  # tone -> how it sounds
    entries: dict[str, CatalogueEntry]  # by experience
    questions: CatalogueQuestions | None = None  # None: free questions are not answered

    def entry(self, experience: str) -> CatalogueEntry:
        """The entry of an experience; UnknownExperience."""
        if experience not in self.entries:
            raise UnknownExperience(f"no experience {experience[:80]!r} in the catalogue")
        return self.entries[experience]

    def list_closed_entries(self) -> tuple[CatalogueEntry, ...]:
        """The entries with declared cases: all except those that answer free questions."""
        return tuple(entry for entry in self.entries.values() if not entry.experience.open)

    def list_drafted_entries(self) -> tuple[CatalogueEntry, ...]:
        """The closed entries whose texts a writer writes: all except the derived ones."""
        return tuple(entry for entry in self.list_closed_entries() if not entry.derived_from)

    def list_keys(self) -> Iterator[Key]:
        """Every closed experience in every locale and written case, in declared order.

        Derived experiences come last, after their sources. The keys of an open experience are made
        from questions and cannot be listed.
        """
        for entry in sorted(self.list_closed_entries(), key=lambda entry: entry.derived_from != ""):
            for locale in self.locales:
                for case in entry.experience.cases.names:
                    yield Key(experience=entry.experience.id, locale=locale, case=case)

    def has(self, key: Key) -> bool:
        """Whether a template may be written for `key`."""
        entry = self.entries.get(key.experience)
        if entry is None or key.locale not in self.locales:
            return False
        if entry.experience.open:
            return is_question_case(key.case)
        return key.case in entry.experience.cases.names
