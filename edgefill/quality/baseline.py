"""Baseline: what plain resampling would have published: the first draft that passes, unrevised.

Revisions cost tokens that plain resampling would spend on more drafts. How many keys these would
have given a text is estimated from the share of drafts that pass in the same experience and locale.
The estimate favours the baseline, because keys whose drafts have failed are the harder ones.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.quality.chances import average
from edgefill.quality.stages import find_chance, is_passed_by_judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Plain resampling compared with the drafting flow.

    `keys` have a draft that passed; `first_chance` is the mean chance of the first such draft,
    `selected_chance` that of the texts published for the same keys. `expected_keys` adds what
    `revision_tokens` would have given. `published` texts have the mean `published_chance`.
    """

    keys: int
    first_chance: float | None
    selected_chance: float | None
    revision_tokens: int
    expected_keys: float
    published: int
    published_chance: float | None


def compare_with_resampling(
    groups: Mapping[tuple[str, str], Mapping[Key, Attempts]],
) -> Baseline:
    """Return the comparison over all groups, which are by experience and locale."""
    every = [attempts for group in groups.values() for attempts in group.values()]
    pairs = [(first, each.best) for each in every if (first := _find_first(each)) and each.best]
    best = [each.best for each in every if each.best]
    expected = sum(_expect_keys(group.values()) for group in groups.values())
    return Baseline(
        keys=len(pairs),
        first_chance=_average_chances([first for first, _ in pairs]),
        selected_chance=_average_chances([selected for _, selected in pairs]),
        revision_tokens=sum(map(_sum_revision_tokens, every)),
        expected_keys=round(len(pairs) + expected, 1),
        published=len(best),
        published_chance=_average_chances(best),
    )


def _find_first(attempts: Attempts) -> Candidate | None:
    """The draft that plain resampling would have published."""
    return next((each for each in _list_drafts(attempts) if is_passed_by_judge(each)), None)


def _list_drafts(attempts: Attempts) -> list[Candidate]:
    return [each for each in attempts.candidates if not each.is_revision]


def _sum_revision_tokens(attempts: Attempts) -> int:
    return sum(each.provenance.tokens for each in attempts.candidates if each.is_revision)


def _expect_keys(group: Collection[Attempts]) -> float:
    """The keys of one group that drafts in place of the revisions would have given a text."""
    drafts = [each for attempts in group for each in _list_drafts(attempts)]
    tokens_per_draft = average([each.provenance.tokens for each in drafts])
    if not tokens_per_draft:
        return 0.0
    pass_rate = sum(map(is_passed_by_judge, drafts)) / len(drafts)
    extra_drafts = [
        _sum_revision_tokens(each) / tokens_per_draft for each in group if not _find_first(each)
    ]
    return sum((1 - math.pow(1 - pass_rate, count) for count in extra_drafts), 0.0)


def _average_chances(candidates: Collection[Candidate]) -> float | None:
    chances = [find_chance(each) for each in candidates]
    return average([chance for chance in chances if chance is not None])
