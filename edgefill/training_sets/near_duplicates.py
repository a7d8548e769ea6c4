"""Finds texts that share most of their words in order, among tens of thousands.

MinHash with locality-sensitive hashing (datasketch) proposes pairs; each is then compared exactly,
so no pair is reported that is less similar than asked for. Equal texts are always found, and nearly
all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from datasketch import MinHash, MinHashLSH

# the length of the runs of words that are compared
SHINGLE = 3
# Bands of rows: a pair of similarity s is proposed with the chance 1 - (1 - s^3)^42, which is 99.6%
# at 0.5 and all but certain from 0.6 on (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets,
# section 3.4.2). datasketch's own choice for 0.8 finds 92%.
_BANDS, _ROWS = 42, 3
_PERMUTATIONS = _BANDS * _ROWS
# below it too many pairs would be missed
MIN_SIMILARITY = 0.5
_WORD = re.compile(r"\w+|[^\w\s]")

Shingles = frozenset[tuple[str, ...]]


def list_shingles(text: str) -> Shingles:
    """The runs of SHINGLE words of a text in lower case; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    count = max(1, len(words) - SHINGLE + 1)
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(count))


def compute_similarity(one: Shingles, other: Shingles) -> float:
    """The share of common runs of words, from 0 to 1 (Jaccard, 1901)."""
    return len(one & other) / len(one | other)


class NearDuplicateIndex:
    """The texts that were added, and which of them a further text resembles.

    `threshold` is at least MIN_SIMILARITY.
    """

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._lsh = MinHashLSH(num_perm=_PERMUTATIONS, params=(_BANDS, _ROWS))
        self._shingles: list[Shingles] = []

    def add(self, text: str) -> int:
        """Add a text; return its number, from 0 on."""
        number = len(self._shingles)
        self._shingles.append(list_shingles(text))
        self._lsh.insert(number, _make_minhash(self._shingles[number]))
        return number

    def find_similar(self, text: str) -> list[int]:
        """The numbers of the added texts that are at least as similar as the threshold."""
        shingles = list_shingles(text)
        proposed = sorted(self._lsh.query(_make_minhash(shingles)))
        return [
            number
            for number in proposed
            if compute_similarity(shingles, self._shingles[number]) >= self._threshold
        ]


def keep_distinct(
    texts: Sequence[str], threshold: float, *, on_text: Callable[[], None] = lambda: None
) -> Iterator[bool]:
    """Whether each text resembles none of those that were kept before it."""
    index = NearDuplicateIndex(threshold)
    for text in texts:
        is_distinct = not index.find_similar(text)
        if is_distinct:
            index.add(text)
        on_text()
        yield is_distinct


def _make_minhash(shingles: Iterable[tuple[str, ...]]) -> MinHash:
    minhash = MinHash(num_perm=_PERMUTATIONS)
    minhash.update_batch([" ".join(shingle).encode() for shingle in sorted(shingles)])
    return minhash
