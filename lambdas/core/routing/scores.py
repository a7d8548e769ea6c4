"""A question's exact sums: one addition a part, and what a part adds is kept."""

from __future__ import annotations

from lambdas.core.routing import lanes
from lambdas.core.routing.features import LONGEST, code, coder, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambdas.core.routing.meanings import Meanings

    # what a word adds, the word and a space, and the codes of phrases that begin with it: of two
    # neighbours, and of two words around one
    _Word = tuple[int, bytes, int, int]

KEPT = 8192  # words in memory, and phrases; a stranger's words must not fill it


class Sums:
    """`numbers`, one an intent and the last out of scope, stand `base` above the sums.

    `size` counts the question's features.
    """

    __slots__ = ("base", "numbers", "size")

    def __init__(self, numbers: list[int], base: int, size: int) -> None:
        self.numbers, self.base, self.size = numbers, base, size

    @property
    def loudest(self) -> int:
        """The lane of the largest sum, the first of equals."""
        return self.numbers.index(max(self.numbers))

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
        totals, said, pairs, skips = zip(self._edge, *parts, strict=True)
        phrases = [*map(carry, said[1:], pairs), *map(carry, said[3:], skips[1:]), skips[-1]]
        known = [each for each in phrases if each in features]
        told, tell = self._phrases, self._phrase
        total = sum(totals)
        total += sum([told[each] if each in told else tell(each) for each in known])
        numbers = lanes.to_numbers(total, self._width + 2)
        size, base = numbers.pop(), numbers.pop()
        return Sums(numbers, base, size)

    def knows(self, words: tuple[str, ...]) -> bool:
        """Whether one of `words` is known whole; in another language only its letters are."""
        return any(code(f" {word[:LONGEST]}") in self._features for word in words)

    @property
    def kept(self) -> int:
        """How many parts are in memory; twice KEPT at most."""
        return len(self._words) + len(self._phrases)

    def _phrase(self, phrase: int) -> int:
        if len(self._phrases) >= KEPT:
            self._phrases.clear()
        said = self._phrases[phrase] = self._meanings.add([self._features[phrase]])
        return said

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
