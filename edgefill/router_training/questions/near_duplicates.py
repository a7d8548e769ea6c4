"""Group near duplicates: utterances of one intent that share most of their words.

Authors write an intent's utterances as variations of each other. A variation in the training set
makes the next one easy to predict, unlike a visitor's question. So all variations of an utterance
are held out together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.questions.examples import TrainingSample

# share of common words (Jaccard 1901); with it CLINC150's `train` predicts the figures of its `val`
_MIN_SIMILARITY = 0.6


def group_questions(sample: TrainingSample, *, from_traffic: bool) -> Ints:
    """A group number for each question; questions of one group are held out together.

    Those are near duplicates, unless they are `from_traffic`, and the opposites of one intent.
    """
    groups = np.arange(len(sample.targets)) if from_traffic else group_near_duplicates(sample)
    for at, intent in enumerate(sample.opposite_of):
        if intent is not None:
            groups[at] = len(groups) + intent
    return groups


def group_near_duplicates(sample: TrainingSample) -> Ints:
    """A group number for each question; similar questions of one intent share it, transitively."""
    words = [frozenset(question.words) for question in sample.questions]
    parents = list(range(len(words)))
    for rows in _list_rows_by_target(sample.targets):
        for one, other in combinations(rows, 2):
            shared = len(words[one] & words[other])
            if shared >= _MIN_SIMILARITY * (len(words[one]) + len(words[other]) - shared):
                parents[_find_root(parents, other)] = _find_root(parents, one)
    return np.array([_find_root(parents, at) for at in range(len(words))])


def _list_rows_by_target(targets: Sequence[int]) -> Iterator[list[int]]:
    column = np.asarray(targets)
    return (np.flatnonzero(column == target).tolist() for target in np.unique(column))


def _find_root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = at = parents[parents[at]]
    return at
