"""Checks a stored set again, by the rules of today."""

from __future__ import annotations

from collections.abc import Iterator

from edgefill.training_sets.build import find_leaks
from edgefill.training_sets.example import Example
from edgefill.training_sets.folder import SPLITS, StoredSet
from edgefill.training_sets.personal_data import describe_personal_data
from edgefill.training_sets.statistics import count_examples


def find_problems(stored: StoredSet, licences: frozenset[str]) -> Iterator[str]:
    """What is wrong with a set whose shop allows `licences`, each problem with its place."""
    for name, examples in zip(SPLITS, (stored.train, stored.test), strict=True):
        for number, example in enumerate(examples, start=1):
            for problem in _check_example(example, licences):
                yield f"{name}:{number}: {problem}"
    yield from _check_split(stored)
    if count_examples(stored.train, stored.test) != stored.card["figures"]:
        yield "card.json: its figures are not those of the examples; build the set again"


def _check_example(example: Example, licences: frozenset[str]) -> Iterator[str]:
    yield from describe_personal_data(example)
    if example.licence not in licences:
        yield f"licence {example.licence[:40]!r} is not allowed; training.yaml lists those that are"


def _check_split(stored: StoredSet) -> Iterator[str]:
    held_out = {each.combination for each in stored.test}
    similarity = stored.card["options"]["similarity"]
    leaks = find_leaks(stored.train, stored.test, similarity)
    for number, (example, is_leak) in enumerate(zip(stored.train, leaks, strict=True), start=1):
        if example.combination in held_out:
            yield f"{SPLITS[0]}:{number}: {example.combination} is in test too"
        elif is_leak:
            yield f"{SPLITS[0]}:{number}: its answer resembles one of test"
