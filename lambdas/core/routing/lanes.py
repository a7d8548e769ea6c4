"""Many small sums at once: a row of weights is one big integer, and adding rows adds lanes.

A weight is stored as a byte from 0 to 255 and stands for itself less 128, so no lane is ever
negative and none borrows from its neighbour; the count of features takes the 128s out again.
What a word adds is computed once and kept, so that a question costs one addition a word.
"""

from __future__ import annotations

from lambdas.core.routing.features import buckets, of_pair, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO = 128
_WIDTH = 4  # bytes a lane: 2^32 / 255 features, far more than a question holds
KEPT = 8192  # sums in memory; a stranger's words must not fill it


class Lanes:
    """Rows of weights by bucket, `width` lanes each."""

    def __init__(self, rows: bytes, *, bits: int, width: int) -> None:
        """ValueError when `rows` is not 2^bits rows of `width` bytes."""
        if len(rows) != width << bits:
            raise ValueError(f"{len(rows)} bytes of weights, not {width << bits}")
        self._rows, self._bits, self._width = rows, bits, width
        self._sums: dict[str, tuple[int, int]] = {}

    def add(self, words: tuple[str, ...]) -> list[int]:
        """The sum of each lane over all features of `words`, exact."""
        total = count = 0
        kept = self._sums
        previous = ""
        for word in words:
            pair = of_pair(previous, word)
            lanes, features = kept.get(word) or self._keep(word, of_word(word))
            total += lanes
            count += features
            lanes, features = kept.get(pair) or self._keep(pair, (pair,))
            total += lanes
            count += features
            previous = word
        raw = total.to_bytes(_WIDTH * self._width, "little")
        base = ZERO * count
        return [lane - base for lane in memoryview(raw).cast("I")]

    @property
    def kept(self) -> int:
        """How many sums are in memory; KEPT at most."""
        return len(self._sums)

    def _keep(self, name: str, features: Iterable[str]) -> tuple[int, int]:
        lanes = count = 0
        for feature in features:
            lanes += self._row(buckets(feature, self._bits))
            count += 1
        if len(self._sums) >= KEPT:
            self._sums.clear()
        self._sums[name] = lanes, count
        return lanes, count

    def _row(self, bucket: int) -> int:
        spread = bytearray(_WIDTH * self._width)
        spread[::_WIDTH] = self._rows[bucket * self._width : (bucket + 1) * self._width]
        return int.from_bytes(spread, "little")
