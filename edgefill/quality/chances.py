"""Chances: the judge's chances in bins, compared with people and the critic; and the baseline.

A judge is calibrated if people publish 80% of the texts to which it gives the chance 0.8 (Brier
1950). A run has people's verdicts only on what they have read (`edgefill review`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Outcome
from edgefill.quality.stages import find_chance, find_outcome

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceBin:
    """The judged texts with a chance from `low` up to `high`.

    `passed` and `failed` are by the judge's verdict, `by_people` and `by_critic` the numbers of
    texts that they read and that they would publish.
    """

    low: float
    high: float
    texts: int
    mean_chance: float | None
    passed: int
    failed: int
    by_people: tuple[int, int]
    by_critic: tuple[int, int]


def bin_chances(candidates: Iterable[Candidate]) -> tuple[ChanceBin, ...]:
    """Return BINS bins of the texts with a chance; they are empty when nothing was judged."""
    bins: list[list[Candidate]] = [[] for _ in range(BINS)]
    for each in candidates:
        chance = find_chance(each)
        if chance is not None:
            bins[min(BINS - 1, int(chance * BINS))].append(each)
    return tuple(_build_bin(number, texts) for number, texts in enumerate(bins))


def average(values: Sequence[float]) -> float | None:
    """Return the mean to four digits, None of no values."""
    return round(sum(values) / len(values), 4) if values else None


def _build_bin(number: int, texts: Sequence[Candidate]) -> ChanceBin:
    outcomes = [find_outcome(each) for each in texts]
    return ChanceBin(
        low=number / BINS,
        high=(number + 1) / BINS,
        texts=len(texts),
        mean_chance=average(
            [chance for each in texts if (chance := find_chance(each)) is not None]
        ),
        passed=outcomes.count("pass"),
        failed=outcomes.count("fail"),
        by_people=_count_readings(find_outcome(each, by_person=True) for each in texts),
        by_critic=_count_readings(
            critique.outcome if (critique := each.find_verdict("critic")) else None
            for each in texts
        ),
    )


def _count_readings(outcomes: Iterable[Outcome | None]) -> tuple[int, int]:
    decided = [each for each in outcomes if each in ("pass", "fail")]
    return len(decided), decided.count("pass")
