"""What a router learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.core.errors import BadQuery, InputRefused
from edgefill.routing.question import Question, read_question


class ExampleSource(Protocol):
    """Utterances and link texts by intent, and questions that no intent answers."""

    @property
    def utterances(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def out_of_scope(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExamples:
    """The plain form of `Declared`."""

    utterances: Mapping[str, Sequence[str]]
    out_of_scope: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSample:
    """Examples in rows: `targets` count intents in order, and out of scope is one beyond."""

    intents: tuple[str, ...]
    questions: tuple[Question, ...]
    targets: tuple[int, ...]

    @property
    def lanes(self) -> int:
        """One an intent, and one for out of scope."""
        return len(self.intents) + 1


def sample_of(examples: ExampleSource) -> TrainingSample:
    """Every example read as the edge reads it; InputRefused names one that it would refuse.

    InputRefused too where an intent has fewer than two, or there is nothing to tell apart.
    """
    for name, texts in examples.utterances.items():
        if len(texts) < 2:
            raise InputRefused(f"{name}: an intent needs two utterances at least; add some")
    sample = read_sample(examples)
    if len(set(sample.targets)) < 2:
        raise InputRefused("a router needs two intents, or one and questions out of scope")
    return sample


def read_sample(examples: ExampleSource) -> TrainingSample:
    """Examples to ask, which need teach nothing; InputRefused as `sample_of`."""
    groups = [*examples.utterances.items(), ("out of scope", examples.out_of_scope)]
    questions: list[Question] = []
    targets: list[int] = []
    for target, (name, texts) in enumerate(groups):
        questions += _read(name, texts)
        targets += [target] * len(texts)
    return TrainingSample(
        intents=tuple(examples.utterances), questions=tuple(questions), targets=tuple(targets)
    )


def _read(name: str, texts: Sequence[str]) -> list[Question]:
    read = []
    for number, text in enumerate(texts, start=1):
        try:
            read.append(read_question(text))
        except BadQuery as error:
            raise InputRefused(f"{name}, utterance {number}: {error}") from error
    return read


def owners_of(sample: TrainingSample) -> dict[Question, set[int]]:
    """The targets that each different question stands under, in the order of the questions."""
    owners: dict[Question, set[int]] = defaultdict(set)
    for question, target in zip(sample.questions, sample.targets, strict=True):
        owners[question].add(target)
    return owners


def known_questions(sample: TrainingSample) -> list[list[str]]:
    """The digests of each intent's own questions, less those that stand under two intents."""
    found: list[list[str]] = [[] for _ in sample.intents]
    for question, targets in owners_of(sample).items():
        target = min(targets)
        if len(targets) == 1 and target < len(found):
            found[target].append(question.digest)
    return [sorted(digests) for digests in found]
