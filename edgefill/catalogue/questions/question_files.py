"""Reads what people ask in their own words, and which experience answers it.

`ask` in shop.yaml and in the experiences · questions/<id>/<locale>.txt, one utterance per line
questions/<id>/<locale>.contrast.txt: utterances that the experience must not answer
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edgefill.catalogue.questions.states import DeclaredStates, StateSection, select_states
from edgefill.catalogue.schema import ExperienceAskSection, ExperienceFile, ShopAskSection
from edgefill.core.errors import BadQuery, CatalogueRefused
from edgefill.routing.question import read_question
from edgefill.routing.routing_config import Partition

# the folder of questions that no experience answers
OUT_OF_SCOPE = "out-of-scope"
QUESTIONS_FOLDER = "questions"
CONTRAST_SUFFIX = ".contrast.txt"
MAX_UTTERANCE_CHARS = 400
# begins a line that is not an utterance
COMMENT_MARK = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionExamples:
    """What the router of one partition learns from: utterances and link text by experience.

    `contrasts` are questions that an experience must not answer; `states` is what it asserts.
    """

    utterances: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    out_of_scope: tuple[str, ...]
    contrasts: Mapping[str, tuple[str, ...]]
    states: DeclaredStates


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueQuestions:
    """Every utterance of a catalogue, and which visitors each experience answers."""

    ask: ShopAskSection
    locales: tuple[str, ...]
    # by experience; open experiences are not routed to
    routed_experiences: Mapping[str, ExperienceAskSection]
    # the experiences that a visitor without a token may see
    anonymous_experiences: frozenset[str]
    # by folder (an experience or OUT_OF_SCOPE) and locale
    utterances: Mapping[tuple[str, str], tuple[str, ...]]
    # by experience and locale
    contrasts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    states: Mapping[str, StateSection] = field(default_factory=dict)

    def list_partitions(self) -> Iterator[Partition]:
        """Every partition with at least two experiences to choose from."""
        for tenant in self.ask.tenants:
            for locale in self.locales:
                for audience in self.ask.audiences:
                    partition = Partition(tenant=tenant, locale=locale, audience=audience)
                    if len(self.collect_examples(partition).utterances) > 1:
                        yield partition

    def collect_examples(self, partition: Partition) -> PartitionExamples:
        """What the router of a partition learns from, without other tenants' utterances.

        Utterances of the tenant's experiences for other audiences only are out of scope here.
        """
        of_tenant = {
            id_: self.utterances[id_, partition.locale]
            for id_, section in self.routed_experiences.items()
            if not section.tenants or partition.tenant in section.tenants
        }
        of_audience = {
            id_: texts for id_, texts in of_tenant.items() if self._may_answer(id_, partition)
        }
        routed = {id_: texts for id_, texts in of_audience.items() if texts}
        unanswered = [
            text for id_ in of_tenant.keys() - of_audience.keys() for text in of_tenant[id_]
        ]
        return PartitionExamples(
            utterances=routed,
            labels={
                id_: self.routed_experiences[id_].labels.get(partition.locale, "") for id_ in routed
            },
            out_of_scope=(*self.utterances[OUT_OF_SCOPE, partition.locale], *sorted(unanswered)),
            contrasts={id_: self.contrasts.get((id_, partition.locale), ()) for id_ in routed},
            states=select_states(self.states, self._list_asserted(routed), partition.locale),
        )

    def _list_asserted(self, experiences: Iterable[str]) -> dict[str, frozenset[str]]:
        """The states that those of `experiences` assert which assert any."""
        asserted = {id_: frozenset(self.routed_experiences[id_].asserts) for id_ in experiences}
        return {id_: names for id_, names in asserted.items() if names}

    def _may_answer(self, experience: str, partition: Partition) -> bool:
        """Whether an experience may answer the partition's audience."""
        audiences = self.routed_experiences[experience].audiences
        is_guest = partition.audience == self.ask.audiences[0]
        return (not audiences or partition.audience in audiences) and (
            not is_guest or experience in self.anonymous_experiences
        )


def read_questions(
    folder: Path,
    ask: ShopAskSection,
    locales: Sequence[str],
    files: Mapping[str, ExperienceFile],
    states: Mapping[str, StateSection],
) -> CatalogueQuestions:
    """The questions in a catalogue's folder; CatalogueRefused names file and line."""
    asked = {id_ for id_, file in files.items() if not file.derive}
    _refuse_unknown_files(folder / QUESTIONS_FOLDER, {*asked, OUT_OF_SCOPE}, locales)
    closed = {id_: file for id_, file in files.items() if not file.open and id_ in asked}
    return CatalogueQuestions(
        ask=ask,
        locales=tuple(locales),
        routed_experiences={id_: file.ask for id_, file in closed.items()},
        anonymous_experiences=frozenset(id_ for id_, file in closed.items() if file.anonymous),
        utterances={
            (id_, locale): tuple(_read_lines(folder, id_, f"{locale}.txt").values())
            for id_ in (*closed, OUT_OF_SCOPE)
            for locale in locales
        },
        contrasts={
            (id_, locale): _read_contrasts(folder, id_, locale)
            for id_ in closed
            for locale in locales
        },
        states=states,
    )


def _refuse_unknown_files(folder: Path, ids: set[str], locales: Sequence[str]) -> None:
    """Refuse files that nothing would read, since their names are probably misspelt."""
    for path in sorted(folder.glob("*/*")):
        name = f"{QUESTIONS_FOLDER}/{path.parent.name}/{path.name}"
        if path.parent.name not in ids:
            raise CatalogueRefused(
                f"{name}: {path.parent.name!r} is not an experience that answers questions; "
                "rename the folder"
            )
        allowed = [f"{locale}.txt" for locale in locales]
        if path.parent.name != OUT_OF_SCOPE:
            allowed += [f"{locale}{CONTRAST_SUFFIX}" for locale in locales]
        if path.name not in allowed:
            raise CatalogueRefused(f"{name}: is not one of {', '.join(allowed)}; rename it")


def _read_contrasts(folder: Path, experience: str, locale: str) -> tuple[str, ...]:
    """The contrast utterances of an experience, none of which is also an utterance of it."""
    own = _read_lines(folder, experience, f"{locale}.txt")
    lines = {identify_utterance(text): number for number, text in own.items()}
    contrasts = _read_lines(folder, experience, f"{locale}{CONTRAST_SUFFIX}")
    for number, text in contrasts.items():
        if identify_utterance(text) in lines:
            raise CatalogueRefused(
                f"{QUESTIONS_FOLDER}/{experience}/{locale}{CONTRAST_SUFFIX}:{number}: {text!r} is "
                f"also in line {lines[identify_utterance(text)]} of {locale}.txt; keep one"
            )
    return tuple(contrasts.values())


def identify_utterance(text: str) -> str:
    """The digest of an utterance, the same for every spelling that the edge reads alike."""
    try:
        return read_question(text).digest
    except BadQuery:
        # training reports an utterance that is not a question
        return text


def _read_lines(folder: Path, experience: str, file: str) -> dict[int, str]:
    """The utterances in a file of questions, by line number; {} without the file."""
    name = f"{QUESTIONS_FOLDER}/{experience}/{file}"
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    utterances = {}
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if len(line) > MAX_UTTERANCE_CHARS:
            raise CatalogueRefused(
                f"{name}:{number}: has {len(line)} characters; at most {MAX_UTTERANCE_CHARS} "
                "are allowed"
            )
        if line and not line.startswith(COMMENT_MARK):
            utterances[number] = line
    return utterances
