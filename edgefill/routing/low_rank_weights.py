"""Quantized low-rank weights: a weight for every pair of feature and class, from two thin matrices.

`rows` (features x rank, half a byte each) times `heads` (rank x classes, a byte each). The product
is computed for one part of a question at a time; the scorer caches the part's sums.
"""

from __future__ import annotations

from edgefill.routing.packed_ints import pack_bytes, pack_ints, pack_nibbles, unpack_ints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ROW_ZERO_POINT = 8  # stored half byte of a row = number + 8
HEAD_ZERO_POINT = 128  # stored byte of a head = number + 128


class LowRankWeights:
    """`rows` holds `rank` half bytes per feature, `heads` `rank` times `width` bytes.

    `width` is the number of classes: the intents, and out of scope.
    """

    def __init__(self, rows: bytes, heads: bytes, *, rank: int, width: int) -> None:
        """ValueError when `heads` does not match `rank` and `width`."""
        if rank < 2 or rank % 2 or len(heads) != rank * width:
            raise ValueError(
                f"{len(heads)} bytes of heads do not fit rank {rank} and {width} classes"
            )
        self._rows, self._rank, self._width = rows, rank, width
        # the sum of one feature is never below minus this
        self._base = rank * ROW_ZERO_POINT * HEAD_ZERO_POINT
        self._heads = [pack_bytes(heads[at : at + width]) for at in range(0, len(heads), width)]

    def sum_features(self, features: Sequence[int]) -> int:
        """Packed integers: each class's sum over `features` plus a base, the base, their count."""
        count, size, rows = len(features), self._rank // 2, self._rows
        total = sum(pack_nibbles(rows[at * size : (at + 1) * size]) for at in features)
        sums = [number - ROW_ZERO_POINT * count for number in unpack_ints(total, self._rank)]
        base = self._base * count
        return pack_ints((*self._multiply_by_heads(sums, base), base, count))

    def _multiply_by_heads(self, sums: list[int], base: int) -> list[int]:
        """`sums` times the heads, plus `base`.

        Packed integers cannot be negative, so positive and negative sums are multiplied apart.
        """
        gain = sum(n * head for n, head in zip(sums, self._heads, strict=True) if n > 0)
        loss = sum(-n * head for n, head in zip(sums, self._heads, strict=True) if n < 0)
        base -= HEAD_ZERO_POINT * sum(sums)
        gains, losses = (unpack_ints(each, self._width) for each in (gain, loss))
        return [up - down + base for up, down in zip(gains, losses, strict=True)]
