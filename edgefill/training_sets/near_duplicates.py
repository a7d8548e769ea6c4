"""Finds texts that share most of their words in order, among tens of thousands.

MinHash with locality-sensitive hashing (datasketch) proposes pairs; each is then compared exactly,
so no pair is reported that is less similar than asked for. Of pairs at the threshold some are
missed; equal texts are always found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from datasketch import MinHash, MinHashLSH

# the length of the runs of words that are compared
SHINGLE = 3
_PERMUTATIONS = 128
# missing a pair is worse than comparing one too many, which only costs time
_WEIGHTS = (0.2, 0.8)
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
    """The texts that were added, and which of them a further text resembles."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._lsh = MinHashLSH(threshold, num_perm=_PERMUTATIONS, weights=_WEIGHTS)
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
