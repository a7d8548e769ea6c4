"""The examples that a router is trained on, and the questions read from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from edgefill.catalogue.questions.states import NOTHING_DECLARED, DeclaredStates
from edgefill.core.errors import BadQuery, InputRefused
from edgefill.routing.question import Question, read_question


class ExampleSource(Protocol):
    """Utterances and link texts (`labels`) by intent, and questions that no intent answers.

    `contrasts` are, by intent, questions that it must not answer; `states` is what it asserts.
    """

    @property
    def utterances(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def out_of_scope(self) -> Sequence[str]: ...
    @property
    def contrasts(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def states(self) -> DeclaredStates: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExamples:
    """The plain form of `ExampleSource`."""

    utterances: Mapping[str, Sequence[str]]
    out_of_scope: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    contrasts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    states: DeclaredStates = NOTHING_DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSample:
    """Examples as rows: each target is the index of an intent, or one beyond for out of scope.

    `opposite_of` has the intent that a contrast utterance must not lead to, None for other rows.
    """

    intents: tuple[str, ...]
    questions: tuple[Question, ...]
    targets: tuple[int, ...]
    opposite_of: tuple[int | None, ...]

    @property
    def class_count(self) -> int:
        """The intents, and out of scope."""
        return len(self.intents) + 1


def build_sample(examples: ExampleSource) -> TrainingSample:
    """Read every example as the edge reads it, for training.

    InputRefused names an example that the edge would refuse, or an intent with fewer than two
    utterances; it is also raised when there are fewer than two classes.
    """
    for name, texts in examples.utterances.items():
        if len(texts) < 2:
            raise InputRefused(f"{name}: an intent needs at least two utterances; add some")
    sample = read_sample(examples)
    if len(set(sample.targets)) < 2:
        raise InputRefused("a router needs two intents, or one and questions out of scope")
    return sample


def read_sample(examples: ExampleSource) -> TrainingSample:
    """Read examples as they are, e.g. of a test; InputRefused names one the edge would refuse."""
    groups = [*examples.utterances.items(), ("out of scope", examples.out_of_scope)]
    questions: list[Question] = []
    targets: list[int] = []
    for target, (name, texts) in enumerate(groups):
        questions += _read_utterances(name, texts)
        targets += [target] * len(texts)
    return TrainingSample(
        intents=tuple(examples.utterances),
        questions=tuple(questions),
        targets=tuple(targets),
        opposite_of=(None,) * len(targets),
    )


def read_contrasts(examples: ExampleSource) -> list[tuple[int, Question]]:
    """Every contrast utterance with its intent; InputRefused names one the edge would refuse."""
    intents = list(examples.utterances)
    return [
        (intents.index(name), question)
        for name, texts in examples.contrasts.items()
        for question in _read_utterances(f"contrasts of {name}", texts)
    ]


def _read_utterances(name: str, texts: Sequence[str]) -> list[Question]:
    questions = []
    for number, text in enumerate(texts, start=1):
        try:
            questions.append(read_question(text))
        except BadQuery as error:
            raise InputRefused(f"{name}, utterance {number}: {error}") from error
    return questions


def group_targets(sample: TrainingSample) -> dict[Question, set[int]]:
    """The targets of each distinct question, in the order of the questions."""
    targets: dict[Question, set[int]] = defaultdict(set)
    for question, target in zip(sample.questions, sample.targets, strict=True):
        targets[question].add(target)
    return targets


def list_exact_matches(sample: TrainingSample) -> list[list[str]]:
    """By intent, the digests of its questions that have no other target."""
    matches: list[list[str]] = [[] for _ in sample.intents]
    for question, targets in group_targets(sample).items():
        target = min(targets)
        if len(targets) == 1 and target < len(matches):
            matches[target].append(question.digest)
    return [sorted(digests) for digests in matches]
