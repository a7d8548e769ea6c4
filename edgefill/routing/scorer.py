"""Score a question: one addition per part of it, and the sums of each part are cached."""

from __future__ import annotations

from edgefill.routing.features import MAX_WORD_CHARS, get_crc32, hash_feature, list_word_features
from edgefill.routing.packed_ints import unpack_ints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from edgefill.routing.low_rank_weights import LowRankWeights

    K = TypeVar("K")
    V = TypeVar("V")
    _Run = tuple[str, str, str]  # three words in a row; "" beyond the question's ends

    # (sums, encoded word, CRC-32 prefix of adjacent pairs, CRC-32 prefix of pairs with a gap)
    _Word = tuple[int, bytes, int, int]

MAX_CACHED = 8192  # words, phrases and runs, each; visitors' words must not fill the memory


class ScoreSums:
    """`numbers` are the exact sums plus `base`: one per intent, and out of scope last.

    `size` counts the question's features.
    """

    __slots__ = ("base", "numbers", "size")

    def __init__(self, numbers: list[int], base: int, size: int) -> None:
        self.numbers, self.base, self.size = numbers, base, size

    @property
    def argmax(self) -> int:
        """The class with the largest sum, the first of equals."""
        return self.numbers.index(max(self.numbers))

    def to_exact(self) -> list[int]:
        """The sums without the base."""
        return [number - self.base for number in self.numbers]


class QuestionScorer:
    """`features` maps a feature's CRC-32 to its row of `weights`; `width` counts the classes."""

    def __init__(self, features: Mapping[int, int], weights: LowRankWeights, *, width: int) -> None:
        self._features, self._weights, self._width = features, weights, width
        self._runs: dict[_Run, int] = {}
        self._words: dict[str, _Word] = {}
        self._phrases: dict[int, int] = {}
        self._crc32 = get_crc32()

    def score(self, words: tuple[str, ...]) -> ScoreSums:
        """The sums of all features of `words`."""
        cached, compute = self._runs.get, self._score_run
        runs = zip(("", *words), (*words, ""), (*words[1:], "", ""), strict=False)
        total = sum([compute(run) if (sums := cached(run)) is None else sums for run in runs])
        numbers = unpack_ints(total, self._width + 2)
        size, base = numbers.pop(), numbers.pop()
        return ScoreSums(numbers, base, size)

    def has_known_word(self, words: tuple[str, ...]) -> bool:
        """Whether any of `words` is itself a feature; another language shares only n-grams."""
        return any(hash_feature(f" {word[:MAX_WORD_CHARS]}") in self._features for word in words)

    @property
    def cached_parts(self) -> int:
        """How many parts are in memory, at most three times MAX_CACHED."""
        return len(self._runs) + len(self._words) + len(self._phrases)

    def _score_run(self, run: _Run) -> int:
        """The first word, its phrase with the second, and its phrase with the third.

        The end of a question counts as a neighbour only.
        """
        first, second, third = run
        total, _, pair, around = self._score_word(first)
        total += self._score_phrase(self._crc32(self._score_word(second)[1], pair))
        if first and third:
            total += self._score_phrase(self._crc32(self._score_word(third)[1], around))
        return _cache(self._runs, run, total)

    def _score_word(self, word: str) -> _Word:
        if word in self._words:
            return self._words[word]
        encoded = f"{word[:MAX_WORD_CHARS]} ".encode()
        pair = self._crc32(encoded, 0)
        features = list_word_features(word) if word else ()
        rows = [self._features.get(hash_feature(each)) for each in features]
        total = self._sum_rows([row for row in rows if row is not None])
        return _cache(self._words, word, (total, encoded, pair, self._crc32(b" ", pair)))

    def _score_phrase(self, phrase: int) -> int:
        if phrase not in self._features:
            return 0
        if phrase in self._phrases:
            return self._phrases[phrase]
        return _cache(self._phrases, phrase, self._sum_rows([self._features[phrase]]))

    def _sum_rows(self, rows: list[int]) -> int:
        return self._weights.sum_features(rows) if rows else 0


def _cache(parts: dict[K, V], name: K, part: V) -> V:
    """Store and return `part`; a full cache is cleared first."""
    if len(parts) >= MAX_CACHED:
        parts.clear()
    parts[name] = part
    return part
