"""Which utterances are one utterance in other words.

Authors write an intent's utterances as variations of each other. A variation that was seen makes
the next one easy, as strangers' questions are not: so variations are held out together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.router_training.questions.examples import TrainingSample

_ALIKE = 0.6  # of the words of two (Jaccard 1901); makes CLINC150's train foretell its val


def families(sample: TrainingSample) -> Ints:
    """A number for each question, the same for all of an intent that likeness links."""
    words = [frozenset(question.words) for question in sample.questions]
    parents = list(range(len(words)))
    for rows in _by_target(sample.targets):
        for one, other in combinations(rows, 2):
            shared = len(words[one] & words[other])
            if shared >= _ALIKE * (len(words[one]) + len(words[other]) - shared):
                parents[_root(parents, other)] = _root(parents, one)
    return np.array([_root(parents, at) for at in range(len(words))])


def _by_target(targets: Sequence[int]) -> Iterator[list[int]]:
    column = np.asarray(targets)
    return (np.flatnonzero(column == target).tolist() for target in np.unique(column))


def _root(parents: list[int], at: int) -> int:
    while parents[at] != at:
        parents[at] = at = parents[parents[at]]
    return at
