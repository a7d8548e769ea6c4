"""Count the features of questions, and select those that get weights.

The counts equal what the edge adds up; numpy computes them for many questions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from edgefill.router_training.fit.low_rank_model import Ints
from edgefill.routing.features import hash_feature, list_phrase_features, list_word_features

Words = tuple[str, ...]
Codes = NDArray[np.int64]


class FeatureCounts:
    """How often each feature occurs in each of some questions."""

    def __init__(self, rows: Sequence[Words]) -> None:
        codes = [np.fromiter(list_codes(words), np.int64) for words in rows]
        self._starts = np.concatenate([[0], np.cumsum([len(each) for each in codes])])
        self._codes: Codes = np.concatenate(codes)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def list_distinct_codes(self) -> Codes:
        """Every code that occurs, sorted."""
        return np.unique(self._codes)

    def build_matrix(self, columns: Codes) -> Any:
        """A sparse matrix (questions x `columns`) of counts."""
        order = np.argsort(columns)
        place = np.searchsorted(columns, self._codes, sorter=order)
        place = np.where(place < len(columns), place, 0)
        column = order[place]
        is_there = columns[column] == self._codes
        row = np.repeat(np.arange(len(self)), np.diff(self._starts))
        cells = (row[is_there], column[is_there])
        ones = np.ones(int(is_there.sum()), np.int64)
        # the constructor adds up repeated cells
        return csr_matrix((ones, cells), shape=(len(self), len(columns)))


def list_codes(words: Words) -> Iterator[int]:
    """The code of every feature of a question, as often as the feature occurs."""
    for word in words:
        yield from _hash_word_features(word)
    yield from map(hash_feature, list_phrase_features(words))


@lru_cache(maxsize=1 << 16)
def _hash_word_features(word: str) -> tuple[int, ...]:
    return tuple(map(hash_feature, list_word_features(word)))


def select_features(rows: Sequence[Words], targets: Ints, *, most: int) -> Codes:
    """The `most` features whose mean TF-IDF differs most between targets, best first."""
    counts = FeatureCounts(rows)
    codes = counts.list_distinct_codes()
    scaled = _scale_tfidf(counts.build_matrix(codes)).tocsc()
    shares = np.bincount(targets) / len(targets)
    overall = np.asarray(scaled.mean(axis=0)).ravel()
    spread = np.zeros(scaled.shape[1])
    for target in np.flatnonzero(shares):
        mean = np.asarray(scaled[targets == target].mean(axis=0)).ravel()
        spread += shares[target] * (mean - overall) ** 2
    return codes[np.argsort(-spread, kind="stable")[:most]]


def select_common_words(rows: Sequence[Words], *, most: int) -> Codes:
    """The `most` words that occur in most rows; of equally common words the first to occur."""
    counts = Counter(word for words in rows for word in dict.fromkeys(words))
    return np.array([hash_feature(f" {word}") for word, _ in counts.most_common(most)], np.int64)


def _scale_tfidf(counts: Any) -> Any:
    """TF-IDF rows, scaled to unit length as if no feature were repeated."""
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    squares = (np.log(counts.shape[0] / np.maximum(documents, 1)) + 1) ** 2
    size = np.sqrt(np.maximum(counts @ squares, 1))
    return diags(1 / size) @ counts @ diags(np.sqrt(squares))
