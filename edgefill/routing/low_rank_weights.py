"""A few numbers for every feature, and what each of them says of an intent.

A matrix of features and intents as the product of two thin ones (a low rank), in half bytes and
bytes. It is multiplied out for a part of a question once, and the part's lanes are kept.
"""

from __future__ import annotations

from edgefill.routing import packed_ints as lanes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO = 8  # what a stored half byte of a row stands above its number
HEAD_ZERO = 128  # and a stored byte of a head


class LowRankWeights:
    """`rows` has `rank` half bytes a feature, `heads` a byte an intent for each of the `rank`."""

    def __init__(self, rows: bytes, heads: bytes, *, rank: int, width: int) -> None:
        """ValueError when the two are of other ranks or widths."""
        if rank < 2 or rank % 2 or len(heads) != rank * width:
            raise ValueError("heads of another rank")
        self._rows, self._rank, self._width = rows, rank, width
        self._deepest = rank * ZERO * HEAD_ZERO  # no feature's lane is further below zero
        self._heads = [
            lanes.from_bytes(heads[at : at + width]) for at in range(0, len(heads), width)
        ]

    def add(self, features: Sequence[int]) -> int:
        """The lanes of `features`, then two: what they stand above zero, and how many they are."""
        count, size, rows = len(features), self._rank // 2, self._rows
        total = sum(lanes.from_nibbles(rows[at * size : (at + 1) * size]) for at in features)
        sums = [number - ZERO * count for number in lanes.to_numbers(total, self._rank)]
        base = self._deepest * count
        return lanes.from_numbers((*self._multiplied(sums, base), base, count))

    def _multiplied(self, sums: list[int], base: int) -> list[int]:
        """`sums` times the heads, plus `base`; lanes cannot be negative, so in two halves."""
        gain = sum(n * head for n, head in zip(sums, self._heads, strict=True) if n > 0)
        loss = sum(-n * head for n, head in zip(sums, self._heads, strict=True) if n < 0)
        base -= HEAD_ZERO * sum(sums)
        gains, losses = (lanes.to_numbers(each, self._width) for each in (gain, loss))
        return [up - down + base for up, down in zip(gains, losses, strict=True)]
