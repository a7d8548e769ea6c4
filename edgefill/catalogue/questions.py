"""Questions: what people ask in their own words, declared beside the experiences that answer.

ask and experiences' `ask` in YAML · questions/<id>/<locale>.txt, one utterance a line
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgefill.catalogue.schema import ExperienceAskSection, ExperienceFile, ShopAskSection
from edgefill.core.errors import CatalogueRefused
from edgefill.routing.routing_config import Partition

OUT_OF_SCOPE = "out-of-scope"  # the folder of what no experience answers
QUESTIONS_FOLDER = "questions"
MAX_UTTERANCE_CHARS = 400  # characters of an utterance
COMMENT_MARK = "#"  # begins a line that is none


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionExamples:
    """What one partition's router learns from: utterances and link text by experience."""

    utterances: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    out_of_scope: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueQuestions:
    """Every utterance of a catalogue, by folder and locale, and whose each experience is."""

    ask: ShopAskSection
    locales: tuple[str, ...]
    routed_experiences: Mapping[
        str, ExperienceAskSection
    ]  # by experience; the open ones are not routed to
    anonymous_experiences: frozenset[str]  # the experiences that a visitor without a token may see
    utterances: Mapping[tuple[str, str], tuple[str, ...]]

    def list_partitions(self) -> Iterator[Partition]:
        """Every partition that has at least two experiences to choose from."""
        for tenant in self.ask.tenants:
            for locale in self.locales:
                for audience in self.ask.audiences:
                    partition = Partition(tenant=tenant, locale=locale, audience=audience)
                    if len(self.collect_examples(partition).utterances) > 1:
                        yield partition

    def collect_examples(self, partition: Partition) -> PartitionExamples:
        """What the router of a partition learns from; another tenant's words are not in it.

        What the tenant tells other audiences only is out of scope for this one.
        """
        said = {
            id_: self.utterances[id_, partition.locale]
            for id_, routed in self.routed_experiences.items()
            if not routed.tenants or partition.tenant in routed.tenants
        }
        utterances = {id_: each for id_, each in said.items() if self._is_for(id_, partition)}
        elsewhere = [text for id_ in said.keys() - utterances.keys() for text in said[id_]]
        return PartitionExamples(
            utterances={id_: each for id_, each in utterances.items() if each},
            labels={
                id_: self.routed_experiences[id_].labels.get(partition.locale, "")
                for id_, each in utterances.items()
                if each
            },
            out_of_scope=(*self.utterances[OUT_OF_SCOPE, partition.locale], *sorted(elsewhere)),
        )

    def _is_for(self, id_: str, partition: Partition) -> bool:
        """Whether the partition's audience may be answered with an experience."""
        audiences = self.routed_experiences[id_].audiences
        is_guest = partition.audience == self.ask.audiences[0]
        return (not audiences or partition.audience in audiences) and (
            not is_guest or id_ in self.anonymous_experiences
        )


def read_questions(
    folder: Path, ask: ShopAskSection, locales: Sequence[str], files: Mapping[str, ExperienceFile]
) -> CatalogueQuestions:
    """The questions of a catalogue's folder; CatalogueRefused names file and line."""
    _refuse_strangers(folder / QUESTIONS_FOLDER, {*files, OUT_OF_SCOPE}, locales)
    closed = {id_: file for id_, file in files.items() if not file.open}
    return CatalogueQuestions(
        ask=ask,
        locales=tuple(locales),
        routed_experiences={id_: file.ask for id_, file in closed.items()},
        anonymous_experiences=frozenset(id_ for id_, file in closed.items() if file.anonymous),
        utterances={
            (id_, locale): _lines(folder, f"{QUESTIONS_FOLDER}/{id_}/{locale}.txt")
            for id_ in (*closed, OUT_OF_SCOPE)
            for locale in locales
        },
    )


def _refuse_strangers(folder: Path, ids: set[str], locales: Sequence[str]) -> None:
    """A file that nothing reads is a misspelt one."""
    for path in sorted(folder.glob("*/*")):
        name = f"{QUESTIONS_FOLDER}/{path.parent.name}/{path.name}"
        if path.parent.name not in ids:
            raise CatalogueRefused(f"{name}: no experience {path.parent.name!r}; rename the folder")
        if path.stem not in locales or path.suffix != ".txt":
            named = ", ".join(f"{locale}.txt" for locale in locales)
            raise CatalogueRefused(f"{name}: is none of {named}; rename it")


def _lines(folder: Path, name: str) -> tuple[str, ...]:
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise CatalogueRefused(f"{name}: is not UTF-8 at byte {error.start}") from error
    kept = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if len(said) > MAX_UTTERANCE_CHARS:
            raise CatalogueRefused(
                f"{name}:{number}: {len(said)} characters; at most {MAX_UTTERANCE_CHARS}"
            )
        if said and not said.startswith(COMMENT_MARK):
            kept.append(said)
    return tuple(kept)
