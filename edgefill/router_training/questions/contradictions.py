"""What the intents of a sample assert, and which of its questions contradict it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edgefill.catalogue.questions.states import DeclaredStates
from edgefill.router_training.evaluation.statistics import Flags
from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.questions.examples import (
    ExampleSource,
    TrainingSample,
    read_contrasts,
)
from edgefill.routing.assertions import Assertion, StateFinder
from edgefill.routing.question import Question
from edgefill.routing.rules import find_negated_words


def build_assertions(
    sample: TrainingSample, states: DeclaredStates
) -> tuple[Assertion | None, ...]:
    """The assertion of each intent, None for one that declares nothing."""
    negated: defaultdict[int, set[str]] = defaultdict(set)
    for question, target in zip(sample.questions, sample.targets, strict=True):
        negated[target] |= find_negated_words(question.words)
    return tuple(
        Assertion(
            states=states.asserts[name],
            opposites=states.opposites[name],
            negated=frozenset(negated[intent]),
        )
        if name in states.asserts
        else None
        for intent, name in enumerate(sample.intents)
    )


def add_opposites(
    sample: TrainingSample, examples: ExampleSource
) -> tuple[TrainingSample, tuple[Question, ...]]:
    """`sample` with the contrasts that must be learned, and those that the assertions refuse.

    A contrast that is declared elsewhere is neither.
    """
    assertions = build_assertions(sample, examples.states)
    finder, declared = StateFinder(examples.states.phrases), set(sample.questions)
    learned: list[tuple[int, Question]] = []
    refused: list[Question] = []
    for intent, question in read_contrasts(examples):
        if question in declared:
            continue
        if is_contradicted(assertions[intent], finder, question):
            refused.append(question)
        else:
            learned.append((intent, question))
    return _append_out_of_scope(sample, learned), tuple(refused)


def is_contradicted(assertion: Assertion | None, finder: StateFinder, question: Question) -> bool:
    """Whether `question` contradicts `assertion`, as the edge decides it."""
    words = question.words
    return assertion is not None and (
        assertion.is_opposed_by(finder.find(words)) or assertion.is_negated_by(words)
    )


def find_contradicted(
    sample: TrainingSample, states: DeclaredStates, groups: Ints, best: Ints
) -> Flags:
    """Which questions contradict their `best` class, by assertions that have not seen their group.

    `groups` are by question; `best` has as many rounds of all questions as there are.
    """
    assertions = (*build_assertions(sample, states), None)
    finder = StateFinder(states.phrases)
    flags = np.zeros(len(best), np.bool_)
    for row, intent in enumerate(best.tolist()):
        at = row % len(groups)
        assertion = assertions[intent]
        if assertion is not None and sample.targets[at] == intent:
            assertion = _exclude_group(assertion, sample, groups, at)
        flags[row] = is_contradicted(assertion, finder, sample.questions[at])
    return flags


def _exclude_group(
    assertion: Assertion, sample: TrainingSample, groups: Ints, at: int
) -> Assertion:
    """`assertion` without the negations in the group of the question `at`."""
    if not find_negated_words(sample.questions[at].words):
        return assertion
    is_other = (np.asarray(sample.targets) == sample.targets[at]) & (groups != groups[at])
    others = [sample.questions[other].words for other in np.flatnonzero(is_other)]
    return Assertion(
        states=assertion.states,
        opposites=assertion.opposites,
        negated=frozenset().union(*map(find_negated_words, others)),
    )


def _append_out_of_scope(
    sample: TrainingSample, learned: Sequence[tuple[int, Question]]
) -> TrainingSample:
    return replace(
        sample,
        questions=(*sample.questions, *(question for _, question in learned)),
        targets=(*sample.targets, *[sample.class_count - 1] * len(learned)),
        opposite_of=(*sample.opposite_of, *(intent for intent, _ in learned)),
    )
