"""A question's exact sums under both opinions: one addition a part, what a part adds is kept."""

from __future__ import annotations

from lambdas.core.routing import lanes
from lambdas.core.routing.features import code, of_pair, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdas.core.routing.letters import Letters
    from lambdas.core.routing.meanings import Meanings

KEPT = 8192  # parts in memory; a stranger's words must not fill it


class Opinion:
    """`sums`, one an intent and the last out of scope, stand `base` above themselves.

    `size` is the squared length of the question, or the count of its features.
    """

    __slots__ = ("base", "size", "sums")

    def __init__(self, sums: list[int], base: int, size: int) -> None:
        self.sums, self.base, self.size = sums, base, size

    def exact(self) -> list[int]:
        """The sums themselves."""
        return [number - self.base for number in self.sums]


class Scores:
    """Rows by the code of a feature, and what they add up to."""

    def __init__(
        self, features: Mapping[int, int], letters: Letters, meanings: Meanings, *, width: int
    ) -> None:
        self._features, self._letters, self._meanings = features, letters, meanings
        self._width = width
        self._kept: dict[str, int] = {}

    def of(self, words: tuple[str, ...]) -> tuple[Opinion, Opinion]:
        """What letters and meanings say of `words`."""
        kept, keep = self._kept, self._keep
        total = 0
        before = ""
        for word in words:
            pair = of_pair(before, word)
            total += kept[word] if word in kept else keep(word, of_word(word))
            total += kept[pair] if pair in kept else keep(pair, (pair,))
            before = word
        pair = of_pair(before, "")
        total += kept[pair] if pair in kept else keep(pair, (pair,))
        width = self._width
        numbers = lanes.to_numbers(total, 2 * (width + 2))
        return (
            Opinion(numbers[:width], numbers[width], numbers[width + 1]),
            Opinion(numbers[width + 2 : -2], numbers[-2], numbers[-1]),
        )

    @property
    def kept(self) -> int:
        """How many parts are in memory; KEPT at most."""
        return len(self._kept)

    def _keep(self, name: str, features: Iterable[str]) -> int:
        rows = [row for each in features if (row := self._features.get(code(each))) is not None]
        total = 0
        if rows:
            low, high = self._letters.add(rows), self._meanings.add(rows)
            total = lanes.beside(low, high, self._width + 2)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[name] = total
        return total
