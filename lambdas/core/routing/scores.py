"""A question's exact sums: one addition a part, and what a part adds is kept."""

from __future__ import annotations

from lambdas.core.routing import lanes
from lambdas.core.routing.features import LONGEST, code, coder, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdas.core.routing.meanings import Meanings

    # what a word adds, the word and a space, and the codes of a phrase that begins with it
    _Word = tuple[int, bytes, int, int]

KEPT = 8192  # words in memory, and phrases; a stranger's words must not fill it


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
        self._words: dict[str, _Word] = {}
        self._phrases: dict[int, int] = {}
        self._carry = coder()
        self._edge = self._word("", ())

    def of(self, words: tuple[str, ...]) -> Sums:
        """What `words` add up to, and the phrases that they make."""
        kept, keep, carry, features = self._words, self._keep, self._carry, self._features
        parts = [kept[word] if word in kept else keep(word) for word in words]
        edged = [self._edge, *parts]
        phrases = [
            *[carry(b[1], a[2]) for a, b in zip(edged, parts, strict=False)],
            *[carry(c[1], a[3]) for a, c in zip(parts, parts[2:], strict=False)],
            edged[-1][3],
        ]
        total = sum([part[0] for part in parts])
        total += sum([self._phrase(each) for each in phrases if each in features])
        numbers = lanes.to_numbers(total, self._width + 2)
        return Sums(numbers[:-2], numbers[-2], numbers[-1])

    def knows(self, words: tuple[str, ...]) -> bool:
        """Whether one of `words` is known whole; in another language only its letters are."""
        return any(code(f" {word[:LONGEST]}") in self._features for word in words)

    @property
    def kept(self) -> int:
        """How many parts are in memory; twice KEPT at most."""
        return len(self._words) + len(self._phrases)

    def _phrase(self, phrase: int) -> int:
        kept = self._phrases
        if phrase not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[phrase] = self._meanings.add([self._features[phrase]])
        return kept[phrase]

    def _keep(self, name: str) -> _Word:
        if len(self._words) >= KEPT:
            self._words.clear()
        word = self._words[name] = self._word(name, of_word(name))
        return word

    def _word(self, name: str, features: Iterable[str]) -> _Word:
        rows = [row for each in features if (row := self._features.get(code(each))) is not None]
        said = f"{name[:LONGEST]} ".encode()
        pair = self._carry(said, 0)
        total = self._meanings.add(rows) if rows else 0
        return total, said, pair, self._carry(b" ", pair)
