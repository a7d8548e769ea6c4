"""Reads what people ask in their own words, and which experience answers it.

`ask` in shop.yaml and in the experiences · questions/<id>/<locale>.txt, one utterance per line
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgefill.catalogue.schema import ExperienceAskSection, ExperienceFile, ShopAskSection
from edgefill.core.errors import CatalogueRefused
from edgefill.routing.routing_config import Partition

# the folder of questions that no experience answers
OUT_OF_SCOPE = "out-of-scope"
QUESTIONS_FOLDER = "questions"
MAX_UTTERANCE_CHARS = 400
# begins a line that is not an utterance
COMMENT_MARK = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionExamples:
    """What the router of one partition learns from: utterances and link text by experience."""

    utterances: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    out_of_scope: tuple[str, ...]


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
        )

    def _may_answer(self, experience: str, partition: Partition) -> bool:
        """Whether an experience may answer the partition's audience."""
        audiences = self.routed_experiences[experience].audiences
        is_guest = partition.audience == self.ask.audiences[0]
        return (not audiences or partition.audience in audiences) and (
            not is_guest or experience in self.anonymous_experiences
        )


def read_questions(
    folder: Path, ask: ShopAskSection, locales: Sequence[str], files: Mapping[str, ExperienceFile]
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
            (id_, locale): _read_utterances(folder, f"{QUESTIONS_FOLDER}/{id_}/{locale}.txt")
            for id_ in (*closed, OUT_OF_SCOPE)
            for locale in locales
        },
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
        if path.stem not in locales or path.suffix != ".txt":
            names = ", ".join(f"{locale}.txt" for locale in locales)
            raise CatalogueRefused(f"{name}: is not one of {names}; rename it")


def _read_utterances(folder: Path, name: str) -> tuple[str, ...]:
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    utterances = []
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if len(line) > MAX_UTTERANCE_CHARS:
            raise CatalogueRefused(
                f"{name}:{number}: has {len(line)} characters; at most {MAX_UTTERANCE_CHARS} "
                "are allowed"
            )
        if line and not line.startswith(COMMENT_MARK):
            utterances.append(line)
    return tuple(utterances)
