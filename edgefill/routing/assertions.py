"""What the text of an experience asserts, and which questions contradict it.

A text asserts states, such as `refunded`. A question contradicts it in the words of an opposite
state ("refund denied"), unless it also has words of the asserted one, or by a negation that the
experience's own utterances do not contain ("I cannot collect my order").
"""

from __future__ import annotations

from edgefill.core.value import value
from edgefill.routing.rules import find_negated_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MAX_CACHED = 8192  # words; visitors' words must not fill the memory
ANY_ENDING = "*"  # ends a word of a phrase that stands for every word with this beginning


@value
class Assertion:
    """What one intent asserts, the opposites of that, and the words its utterances negate."""

    states: frozenset[str]
    opposites: frozenset[str]
    negated: frozenset[str]

    def is_opposed_by(self, states: frozenset[str]) -> bool:
        """Whether a question in the words of `states` says the opposite."""
        return not self.opposites.isdisjoint(states) and self.states.isdisjoint(states)

    def is_negated_by(self, words: tuple[str, ...]) -> bool:
        """Whether `words` negate what no utterance of this intent negates."""
        return not self.negated.issuperset(find_negated_words(words))


class StateFinder:
    """Finds the states whose phrases a question contains; `phrases` are by state.

    The words of a phrase occur in its order, with other words between them or not.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        self._by_beginning: dict[str, list[tuple[str, list[str]]]] = {}
        for state, texts in phrases.items():
            for parts in map(str.split, texts):
                beginning = parts[0].rstrip(ANY_ENDING)
                self._by_beginning.setdefault(beginning, []).append((state, parts))
        self._lengths = sorted({len(beginning) for beginning in self._by_beginning})
        self._cached: dict[str, list[tuple[str, list[str]]]] = {}

    def find(self, words: tuple[str, ...]) -> frozenset[str]:
        """Every state in `words`."""
        found: set[str] = set()
        for at, word in enumerate(words):
            begun = self._cached.get(word)
            for state, parts in self._list_begun(word) if begun is None else begun:
                if state not in found and _contains_in_order(words[at + 1 :], parts[1:]):
                    found.add(state)
        return frozenset(found)

    @property
    def cached_words(self) -> int:
        """How many words are in memory, at most MAX_CACHED."""
        return len(self._cached)

    def _list_begun(self, word: str) -> list[tuple[str, list[str]]]:
        """The phrases whose first part is `word`, with their states; a full cache is cleared."""
        if len(self._cached) >= MAX_CACHED:
            self._cached.clear()
        self._cached[word] = [
            (state, parts)
            for length in self._lengths
            if length <= len(word)
            for state, parts in self._by_beginning.get(word[:length], ())
            if _matches(word, parts[0])
        ]
        return self._cached[word]


def parse_assertion(data: Mapping[str, Any] | None) -> Assertion | None:
    """The assertion of an intent that declares one; KeyError or TypeError for other data."""
    if data is None:
        return None
    return Assertion(
        states=frozenset(data["states"]),
        opposites=frozenset(data["opposites"]),
        negated=frozenset(data["negated"]),
    )


def _contains_in_order(words: tuple[str, ...], parts: list[str]) -> bool:
    if not parts:
        return True
    rest = iter(words)
    return all(any(_matches(word, part) for word in rest) for part in parts)


def _matches(word: str, part: str) -> bool:
    if part.endswith(ANY_ENDING):
        return word.startswith(part[:-1])
    return word == part
