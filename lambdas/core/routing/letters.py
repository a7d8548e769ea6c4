"""The first opinion: a weight of four bits for every feature and intent.

A linear model over TF-IDF. A feature's row is multiplied by its `scale`, which carries its inverse
document frequency; `norm` is the square of that frequency, for the length of a question.
"""

from __future__ import annotations

from lambdas.core.routing import lanes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO = 8  # what a stored half byte stands above its weight


class Letters:
    """Rows of half bytes, one a feature, a lane an intent."""

    def __init__(self, rows: bytes, scales: bytes, norms: bytes, *, width: int) -> None:
        """ValueError when the three do not speak of as many features."""
        self._row = (width + 1) // 2
        if not len(rows) == len(scales) * self._row == len(norms) * self._row:
            raise ValueError("rows, scales and norms of different features")
        self._rows, self._scales, self._norms = rows, scales, norms
        self._width = width

    def add(self, features: Iterable[int]) -> int:
        """The lanes of `features`, then two: what they stand above zero, and the squared length.

        A feature without a row here adds nothing.
        """
        total = base = norm = 0
        for feature in features:
            if feature < len(self._scales):
                scale = self._scales[feature]
                row = self._rows[feature * self._row : (feature + 1) * self._row]
                total += scale * lanes.from_nibbles(row)
                base += scale * ZERO
                norm += self._norms[feature]
        total &= lanes.mask(self._width)  # an odd width leaves a lane unused
        return lanes.beside(total, lanes.from_numbers((base, norm)), self._width)
