"""Questions as rows of counted buckets: what the edge adds up, computed another way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from lambdas.core.routing.features import buckets, of_pair, of_word
from lambdas.core.routing.question import Question


def count_matrix(questions: Sequence[Question], *, bits: int) -> csr_matrix:
    """Rows x 2^bits: how often each bucket occurs in each question."""
    starts, columns = [0], list[int]()
    for question in questions:
        for before, word in zip(("", *question.words), question.words, strict=False):
            columns += (buckets(feature, bits) for feature in of_word(word))
            columns.append(buckets(of_pair(before, word), bits))
        starts.append(len(columns))
    ones = np.ones(len(columns), np.int64)
    matrix = csr_matrix((ones, columns, starts), shape=(len(questions), 1 << bits))
    matrix.sum_duplicates()
    return matrix
