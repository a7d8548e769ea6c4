"""Counts of accepted texts as evidence: whose sentence is it, and what never stands together?

Each figure is log((expected + 1) / (observed + 1)), at least 0: of how many accepted texts one
would have expected what none or few of them show.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations

from edgefill.core.cases import ANY
from edgefill.judging.accepted_texts import AcceptedTexts, CaseCounts, list_case_ngrams
from edgefill.judging.home_texts import MIN_LETTERS, HomeTexts, count_stems
from edgefill.judging.ngrams import END, START
from edgefill.judging.prose import Sentence

# texts with an n-gram from which on its cases count
_MIN_TEXTS = 3


def compare_counts(expected: float, observed: float) -> float:
    """How surprising it is that so few were observed; 0 if there are enough."""
    return max(0.0, math.log((expected + 1) / (observed + 1)))


@lru_cache(maxsize=1024)
def split_values(case: str) -> frozenset[str]:
    """The values that a case states: `gold.any` states only `gold`."""
    return frozenset(case.split(".")) - {ANY}


def measure_other_case(
    sentence: Sentence, accepted: AcceptedTexts, case: str
) -> tuple[float, float]:
    """How much a sentence belongs to readers of another case, by its n-gram that shows it most.

    First: accepted only for a value that `case` lacks. Second: never for a value that it states.
    """
    figures = [(0.0, 0.0)]
    for gram in list_case_ngrams(sentence):
        counts = accepted.cases.get(gram)
        if counts and sum(counts.values()) >= _MIN_TEXTS:
            figures.append(_measure_ngram(counts, accepted.homes, split_values(case)))
    lacking, unsaid = zip(*figures, strict=True)
    return max(lacking), max(unsaid)


def _measure_ngram(
    counts: CaseCounts, homes: Mapping[str, HomeTexts], stated: frozenset[str]
) -> tuple[float, float]:
    total = sum(counts.values())
    observed: Counter[str] = Counter()
    for (_, case), count in counts.items():
        observed.update(dict.fromkeys(split_values(case), count))
    expected = _expect_values(counts, homes)
    lacking = [
        compare_counts(total - expected[value], total - count)
        for value, count in observed.items()
        if value not in stated
    ]
    unsaid = [compare_counts(expected.get(value, 0.0), observed[value]) for value in stated]
    return max(lacking, default=0.0), max(unsaid, default=0.0)


def _expect_values(counts: CaseCounts, homes: Mapping[str, HomeTexts]) -> dict[str, float]:
    """Per value the number of texts with it, if the n-gram did not depend on the case."""
    by_experience: Counter[str] = Counter()
    for (experience, _), count in counts.items():
        by_experience[experience] += count
    expected: dict[str, float] = {}
    for experience, count in by_experience.items():
        for value, share in homes[experience].shares.items():
            expected[value] = expected.get(value, 0.0) + count * share
    return expected


def measure_foreign(
    sentence: Sentence, accepted: AcceptedTexts, experience: str
) -> tuple[float, float]:
    """How much a sentence belongs to few other experiences: by one of its words, and as a whole.

    Each is log(experiences / those that have it), 0 if this one has it or none.
    """
    words = [(word,) for word in sentence if len(word) >= MIN_LETTERS and word.isalpha()]
    figures = [
        _measure_rarity(accepted.cases.get(gram, {}), accepted.homes, experience)
        for gram in (*words, (START, *sentence, END))
    ]
    return max(figures[:-1], default=0.0), figures[-1]


def _measure_rarity(counts: CaseCounts, homes: Mapping[str, HomeTexts], experience: str) -> float:
    experiences = {name for name, _ in counts}
    if not experiences or experience in experiences:
        return 0.0
    return math.log(len(homes) / len(experiences))


def measure_pairs(path: tuple[Sentence, ...], home: HomeTexts | None) -> tuple[float, float, float]:
    """How surprising the pairs of a path's known sentences are.

    The pair that accepted texts avoid most, the sum over such pairs, and the pair whose order
    accepted texts avoid most.
    """
    if home is None:
        return 0.0, 0.0, 0.0
    known = [home.places[each] for each in dict.fromkeys(path) if each in home.places]
    apart, order = [0.0], [0.0]
    for first, second in combinations(known, 2):
        both = first.keys() & second.keys()
        apart.append(compare_counts(len(first) * len(second) / home.total, len(both)))
        ahead = sum(first[number] < second[number] for number in both)
        order.append(compare_counts(len(both) / 2, ahead))
    return max(apart), sum(apart), max(order)


def measure_echo(path: tuple[Sentence, ...], home: HomeTexts | None) -> float:
    """How surprising it is that two sentences of a path share a stem: accepted texts avoid it."""
    if home is None:
        return 0.0
    repeated = [stem for stem, count in count_stems(dict.fromkeys(path)).items() if count > 1]
    return max(
        (compare_counts(home.stems.get(each, 0), home.echoes.get(each, 0)) for each in repeated),
        default=0.0,
    )
