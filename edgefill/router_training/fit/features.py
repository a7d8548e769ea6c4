"""Questions as rows of counted features: what the edge adds up, computed another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from edgefill.routing.features import code, of_phrases, of_word

Words = tuple[str, ...]
Codes = NDArray[np.int64]


def codes_of(words: Words) -> Iterator[int]:
    """The code of every feature of a question, as often as it occurs."""
    for word in words:
        yield from _of_word(word)
    yield from map(code, of_phrases(words))


@lru_cache(maxsize=1 << 16)
def _of_word(word: str) -> tuple[int, ...]:
    return tuple(map(code, of_word(word)))


class FeatureCounts:
    """How often each feature occurs in each of some questions."""

    def __init__(self, rows: Sequence[Words]) -> None:
        found = [np.fromiter(codes_of(words), np.int64) for words in rows]
        lengths = [len(codes) for codes in found]
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._codes: Codes = np.concatenate(found)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def vocabulary(self) -> Codes:
        """Every code that occurs, in order."""
        return np.unique(self._codes)

    def matrix(self, columns: Codes) -> Any:
        """A sparse matrix of questions and the features of `columns`, in their order."""
        order = np.argsort(columns)
        place = np.searchsorted(columns, self._codes, sorter=order)
        place = np.where(place < len(columns), place, 0)
        column = order[place]
        is_there = columns[column] == self._codes
        row = np.repeat(np.arange(len(self)), np.diff(self._starts))
        cells = (row[is_there], column[is_there])
        ones = np.ones(int(is_there.sum()), np.int64)
        return csr_matrix((ones, cells), shape=(len(self), len(columns)))  # adds up repeats
