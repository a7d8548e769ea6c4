"""What plain resampling would have published instead."""

from __future__ import annotations

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.quality.baseline import Baseline, compare_with_resampling
from tests.edgefill.quality.conftest import gather, make_candidate


def compare(*attempts: Attempts) -> Baseline:
    """The comparison over one group."""
    keys = [Key(experience="a", locale="en", case=f"c{i}") for i in range(len(attempts))]
    return compare_with_resampling({("a", "en"): dict(zip(keys, attempts, strict=True))})


def test_the_first_passing_draft_is_compared_with_the_best() -> None:
    """Selection publishes the likelier of two texts that both pass."""
    baseline = compare(
        gather(make_candidate("pass", chance=0.8), make_candidate("pass", chance=0.9))
    )
    assert (baseline.keys, baseline.first_chance, baseline.selected_chance) == (1, 0.8, 0.9)
    assert (baseline.published, baseline.published_chance) == (1, 0.9)


def test_estimates_what_the_tokens_of_revisions_would_have_given() -> None:
    """Half of the drafts pass, and a revision costs two drafts: 1 - 0.5**2 of a key."""
    passed = gather(make_candidate("pass", chance=0.8))
    revised = gather(
        make_candidate("fail", chance=0.2),
        make_candidate("pass", chance=0.9, origin="revision", tokens=20),
    )
    baseline = compare(passed, revised)
    assert (baseline.keys, baseline.published, baseline.revision_tokens) == (1, 2, 20)
    assert baseline.expected_keys == round(1 + 0.75, 1)


def test_compares_nothing_without_texts() -> None:
    """An empty run has counts of 0 and no chances."""
    baseline = compare(Attempts(), gather(make_candidate(tokens=0)))
    assert (baseline.keys, baseline.first_chance, baseline.published_chance) == (0, None, None)
    assert baseline.expected_keys == 0
