"""What choosing the best of several drafts gains."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.words.selection import (
    ScoredDraft,
    compare_choices,
    expect_best,
    expect_oracle,
)

MIXED = [
    ScoredDraft(score=score, is_good=is_good)
    for score, is_good in [(3.0, False), (2.0, True), (1.0, True), (0.5, False), (-1.0, True)]
]


def test_the_expectation_is_that_of_all_choices() -> None:
    """Counted here one by one."""
    choices = list(combinations(MIXED, 3))
    best = [max(choice, key=lambda each: each.score).is_good for choice in choices]
    any_good = [any(each.is_good for each in choice) for choice in choices]
    assert expect_best(MIXED, 3) == pytest.approx(sum(best) / len(choices))
    assert expect_oracle(MIXED, 3) == pytest.approx(sum(any_good) / len(choices))


def test_equal_scores_are_chosen_by_chance() -> None:
    drafts = [ScoredDraft(score=1.0, is_good=is_good) for is_good in (True, False, True, True)]
    assert expect_best(drafts, 2) == pytest.approx(0.75)


def test_a_judge_that_ranks_perfectly_closes_the_gap() -> None:
    drafts = [ScoredDraft(score=float(i >= 3), is_good=i >= 3) for i in range(8)]
    gain = compare_choices([drafts, drafts], 2)
    assert gain is not None
    assert gain.keys == 2
    assert gain.random == pytest.approx(5 / 8)
    assert gain.closed == pytest.approx(1.0)


def test_keys_with_too_few_drafts_are_left_out() -> None:
    assert compare_choices([MIXED[:2]], 3) is None
    gain = compare_choices([MIXED, MIXED[:2]], 3)
    assert gain is not None
    assert gain.keys == 1


def test_without_a_gap_there_is_no_share_of_it() -> None:
    gain = compare_choices([[ScoredDraft(score=1.0, is_good=True)] * 4])
    assert gain is not None
    assert gain.closed is None
