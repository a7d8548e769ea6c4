"""A question's exact sums: one addition a part, and what a part adds is kept."""

from __future__ import annotations

from edgefill.routing import packed_ints as lanes
from edgefill.routing.features import LONGEST, code, coder, of_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from edgefill.routing.low_rank_weights import LowRankWeights

    K = TypeVar("K")
    V = TypeVar("V")
    _Run = tuple[str, str, str]  # three words in a row; "" beyond an edge

    # what a word adds, the word and a space, and the codes of phrases that begin with it: of two
    # neighbours, and of two words around one
    _Word = tuple[int, bytes, int, int]

KEPT = 8192  # words in memory, phrases, and runs; a stranger's words must not fill it


class ScoreSums:
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


class QuestionScorer:
    """Rows by the code of a feature, and what they add up to."""

    def __init__(
        self, features: Mapping[int, int], meanings: LowRankWeights, *, width: int
    ) -> None:
        self._features, self._meanings, self._width = features, meanings, width
        self._runs: dict[_Run, int] = {}
        self._words: dict[str, _Word] = {}
        self._phrases: dict[int, int] = {}
        self._carry = coder()

    def of(self, words: tuple[str, ...]) -> ScoreSums:
        """What `words` add up to, and the phrases that they make."""
        kept, keep = self._runs.get, self._run
        runs = zip(("", *words), (*words, ""), (*words[1:], "", ""), strict=False)
        total = sum([keep(run) if (known := kept(run)) is None else known for run in runs])
        numbers = lanes.to_numbers(total, self._width + 2)
        size, base = numbers.pop(), numbers.pop()
        return ScoreSums(numbers, base, size)

    def knows(self, words: tuple[str, ...]) -> bool:
        """Whether one of `words` is known whole; in another language only its letters are."""
        return any(code(f" {word[:LONGEST]}") in self._features for word in words)

    @property
    def kept(self) -> int:
        """How many parts are in memory; three times KEPT at most."""
        return len(self._runs) + len(self._words) + len(self._phrases)

    def _run(self, run: _Run) -> int:
        """A word with the phrases that begin with it: of it and the next, and of it and the third.

        The edges of a question count as neighbours, and as nothing else.
        """
        first, second, third = run
        total, _, pair, around = self._word(first)
        total += self._phrase(self._carry(self._word(second)[1], pair))
        if first and third:
            total += self._phrase(self._carry(self._word(third)[1], around))
        return _keep(self._runs, run, total)

    def _word(self, name: str) -> _Word:
        if name in self._words:
            return self._words[name]
        said = f"{name[:LONGEST]} ".encode()
        pair = self._carry(said, 0)
        known = [self._features.get(code(each)) for each in of_word(name)] if name else []
        total = self._sum([row for row in known if row is not None])
        return _keep(self._words, name, (total, said, pair, self._carry(b" ", pair)))

    def _phrase(self, phrase: int) -> int:
        if phrase not in self._features:
            return 0
        if phrase in self._phrases:
            return self._phrases[phrase]
        return _keep(self._phrases, phrase, self._sum([self._features[phrase]]))

    def _sum(self, rows: list[int]) -> int:
        return self._meanings.add(rows) if rows else 0


def _keep(parts: dict[K, V], name: K, part: V) -> V:
    """`part`, kept among `parts`; all of them are forgotten when they are KEPT."""
    if len(parts) >= KEPT:
        parts.clear()
    parts[name] = part
    return part
