"""What a router learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lambdas.core.errors import BadQuery, InputRefused
from lambdas.core.routing.question import Question, read_question


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Utterances by intent, and questions that no intent answers."""

    utterances: Mapping[str, Sequence[str]]
    out_of_scope: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # shown on clarifying links

    @property
    def intents(self) -> tuple[str, ...]:
        """In declared order."""
        return tuple(self.utterances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Examples in rows: `target` counts intents in order, and out of scope is one beyond."""

    intents: tuple[str, ...]
    questions: tuple[Question, ...]
    targets: tuple[int, ...]


def sample_of(examples: Examples) -> Sample:
    """Every example read as the edge reads it; InputRefused names one that it would refuse."""
    questions: list[Question] = []
    targets: list[int] = []
    groups = [*examples.utterances.items(), ("out of scope", examples.out_of_scope)]
    for target, (name, texts) in enumerate(groups):
        for number, text in enumerate(texts, start=1):
            try:
                questions.append(read_question(text))
            except BadQuery as error:
                raise InputRefused(f"{name}, utterance {number}: {error}") from error
            targets.append(target)
    return Sample(intents=examples.intents, questions=tuple(questions), targets=tuple(targets))


def known_questions(sample: Sample) -> list[list[str]]:
    """The digests of each intent's own questions, less those that stand under two intents."""
    owners: dict[str, set[int]] = defaultdict(set)
    for question, target in zip(sample.questions, sample.targets, strict=True):
        owners[question.digest].add(target)
    found: list[list[str]] = [[] for _ in sample.intents]
    for digest, targets in sorted(owners.items()):
        target = min(targets)
        if len(targets) == 1 and target < len(found):
            found[target].append(digest)
    return found
