"""Builds a training set from what sources proposed.

1. Leave out what has a licence that the shop does not allow.
2. Refuse personal data: then nothing is built.
3. Split by combination (experience and case): a combination is in train or in test, never in both.
4. Leave out near-duplicates of one key and skill; what people wrote or decided stays.
5. Leave out of train what resembles an answer of test in the same language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from edgefill.core.digest import hash_to_fraction
from edgefill.core.errors import InputRefused
from edgefill.judging.verdict import PERSON
from edgefill.training_sets.example import Example
from edgefill.training_sets.near_duplicates import NearDuplicateIndex, keep_distinct
from edgefill.training_sets.personal_data import refuse_personal_data
from edgefill.training_sets.sources.proposal import Proposal, ProposedExample, Rejection

OnText = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a set is split and what counts as a near-duplicate.

    `similarity` is the share of common runs of three words from which two answers count as equal.
    """

    test_share: float = 0.1
    similarity: float = 0.8
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSet:
    """The examples of a set by split, and everything that was left out."""

    train: Sequence[Example]
    test: Sequence[Example]
    rejections: Sequence[Rejection] = ()


def build_example_set(
    proposals: Iterable[Proposal],
    licences: frozenset[str],
    options: BuildOptions,
    *,
    on_text: OnText = lambda: None,
) -> ExampleSet:
    """The set; InputRefused for personal data, or if train or test would be empty.

    `on_text` is called once for each proposed example that is compared with others.
    """
    rejections: list[Rejection] = []
    proposed: list[ProposedExample] = []
    for each in proposals:
        if isinstance(each, Rejection):
            rejections.append(each)
        elif each.example.licence not in licences:
            rejections.append(_reject(each, "licence"))
        else:
            proposed.append(each)
    refuse_personal_data(proposed)
    distinct = _leave_out_duplicates(proposed, options.similarity, rejections, on_text)
    train = [each for each in distinct if not is_test(each.example.combination, options)]
    test = [each for each in distinct if is_test(each.example.combination, options)]
    train = _leave_out_leaks(train, test, options.similarity, rejections)
    _require_both(train, test, options)
    return ExampleSet(
        train=[each.example for each in train],
        test=[each.example for each in test],
        rejections=rejections,
    )


def is_test(combination: str, options: BuildOptions) -> bool:
    """Whether a combination is held out; it stays so when other combinations come and go."""
    return hash_to_fraction(f"{options.seed} {combination}") < options.test_share


def find_leaks(train: Iterable[Example], test: Iterable[Example], similarity: float) -> list[bool]:
    """Whether each example of train resembles an answer of test in its language."""
    held_out: defaultdict[str, NearDuplicateIndex] = defaultdict(
        lambda: NearDuplicateIndex(similarity)
    )
    for example in test:
        held_out[example.key.locale].add(example.answer)
    return [bool(held_out[each.key.locale].find_similar(each.answer)) for each in train]


def _leave_out_duplicates(
    proposed: Sequence[ProposedExample],
    similarity: float,
    rejections: list[Rejection],
    on_text: OnText,
) -> list[ProposedExample]:
    """The proposals without near-duplicates, in their order; the most valuable of several stays."""
    groups: defaultdict[tuple[str, str, str], list[ProposedExample]] = defaultdict(list)
    for each in sorted(proposed, key=_rank):
        example = each.example
        groups[str(example.key), example.skill, example.verdict.outcome].append(each)
    kept: set[int] = set()
    for group in groups.values():
        answers = [each.example.answer for each in group]
        distinct = keep_distinct(answers, similarity, on_text=on_text)
        kept |= {id(each) for each, is_kept in zip(group, distinct, strict=True) if is_kept}
    rejections += [_reject(each, "near-duplicate") for each in proposed if id(each) not in kept]
    return [each for each in proposed if id(each) in kept]


def _rank(proposed: ProposedExample) -> tuple[bool, bool, bool, float]:
    """What a person wrote comes first, then what one decided, then a teacher's probabilities."""
    example = proposed.example
    return (
        not example.is_real,
        example.verdict.judge != PERSON,
        example.log_probabilities is None,
        -example.weight,
    )


def _leave_out_leaks(
    train: list[ProposedExample],
    test: list[ProposedExample],
    similarity: float,
    rejections: list[Rejection],
) -> list[ProposedExample]:
    leaks = find_leaks(
        (each.example for each in train), (each.example for each in test), similarity
    )
    pairs = list(zip(train, leaks, strict=True))
    rejections += [_reject(each, "like-test") for each, is_leak in pairs if is_leak]
    return [each for each, is_leak in pairs if not is_leak]


def _reject(proposed: ProposedExample, rule: str) -> Rejection:
    return Rejection(source=proposed.example.source, place=proposed.place, rule=rule)


def _require_both(
    train: Sequence[ProposedExample], test: Sequence[ProposedExample], options: BuildOptions
) -> None:
    for name, part in (("train", train), ("test", test)):
        if not part:
            raise InputRefused(
                f"the {name} split is empty with --test-share {options.test_share:g} and --seed "
                f"{options.seed}; give more examples, or another share or seed"
            )
