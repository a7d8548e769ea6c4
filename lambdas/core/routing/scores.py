"""A question's exact sums: one addition a part, and what a part adds is kept."""

from __future__ import annotations

from lambdas.core.routing import lanes
from lambdas.core.routing.features import LONGEST, code, of_phrases, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdas.core.routing.meanings import Meanings

KEPT = 8192  # parts in memory; a stranger's words must not fill it


class Sums:
    """`numbers`, one an intent and the last out of scope, stand `base` above the sums.

    `size` counts the question's features.
    """

    __slots__ = ("base", "numbers", "size")

    def __init__(self, numbers: list[int], base: int, size: int) -> None:
        self.numbers, self.base, self.size = numbers, base, size

    def exact(self) -> list[int]:
        """The sums themselves."""
        return [number - self.base for number in self.numbers]


class Scores:
    """Rows by the code of a feature, and what they add up to."""

    def __init__(self, features: Mapping[int, int], meanings: Meanings, *, width: int) -> None:
        self._features, self._meanings, self._width = features, meanings, width
        self._kept: dict[str, int] = {}

    def of(self, words: tuple[str, ...]) -> Sums:
        """What `words` add up to; a phrase that no row is for is not worth keeping."""
        kept, keep, features = self._kept, self._keep, self._features
        total = 0
        for word in words:
            total += kept[word] if word in kept else keep(word, of_word(word))
        for phrase in of_phrases(words):
            if phrase in kept:
                total += kept[phrase]
            elif code(phrase) in features:
                total += keep(phrase, (phrase,))
        numbers = lanes.to_numbers(total, self._width + 2)
        return Sums(numbers[:-2], numbers[-2], numbers[-1])

    def knows(self, words: tuple[str, ...]) -> bool:
        """Whether one of `words` is known whole; in another language only its letters are."""
        return any(code(f" {word[:LONGEST]}") in self._features for word in words)

    @property
    def kept(self) -> int:
        """How many parts are in memory; KEPT at most."""
        return len(self._kept)

    def _keep(self, name: str, features: Iterable[str]) -> int:
        rows = [row for each in features if (row := self._features.get(code(each))) is not None]
        if len(self._kept) >= KEPT:
            self._kept.clear()
        total = self._kept[name] = self._meanings.add(rows) if rows else 0
        return total
