"""Counts what a set holds, by split, skill, source, language, writer and licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from edgefill.training_sets.example import Example
from edgefill.training_sets.sources.proposal import Rejection

GROUPS: dict[str, Callable[[Example], str]] = {
    "skill": lambda each: each.skill,
    "source": lambda each: each.source,
    "locale": lambda each: each.key.locale,
    "writer": lambda each: each.writer,
    "licence": lambda each: each.licence,
    "privacy": lambda each: each.privacy,
    "verdict": lambda each: f"{each.verdict.outcome} by {each.verdict.judge}",
}


def count_examples(train: Sequence[Example], test: Sequence[Example]) -> dict[str, Any]:
    """The figures of a set as a JSON object."""
    examples = [*train, *test]
    real = sum(each.is_real for each in examples)
    return {
        "train": len(train),
        "test": len(test),
        "combinations": {
            "train": len({each.combination for each in train}),
            "test": len({each.combination for each in test}),
        },
        "real": real,
        "synthetic": len(examples) - real,
        "decided_by_people": sum(each.verdict.judge == "person" for each in examples),
        "with_log_probabilities": sum(each.log_probabilities is not None for each in examples),
        "median_characters": {
            "prompt": _find_median(len(each.prompt) for each in examples),
            "answer": _find_median(len(each.answer) for each in examples),
        },
        "total_weight": round(sum(each.weight for each in train), 6),
        "by": {
            name: dict(sorted(Counter(map(group, examples)).items()))
            for name, group in GROUPS.items()
        },
    }


def count_rejections(rejections: Iterable[Rejection]) -> dict[str, dict[str, int]]:
    """How many texts of each source were left out, by rule."""
    counts: dict[str, Counter[str]] = {}
    for each in rejections:
        counts.setdefault(each.source, Counter())[each.rule] += 1
    return {source: dict(sorted(rules.items())) for source, rules in sorted(counts.items())}


def describe_ratio(figures: dict[str, Any]) -> str:
    """The ratio of real to synthetic examples, `1 : 6.1`."""
    real, synthetic = figures["real"], figures["synthetic"]
    if not real:
        return f"0 : {synthetic}, no example is by a person"
    return f"{real} : {synthetic} (1 : {synthetic / real:.1f})"


def _find_median(lengths: Iterable[int]) -> int:
    values = list(lengths)
    return round(median(values)) if values else 0
