"""What contradicts an assertion."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.routing.assertions import MAX_CACHED, Assertion, StateFinder, parse_assertion

WORDS = st.lists(st.sampled_from(["a", "ab", "abc", "b", "bc", "c", "abcd"]), max_size=6).map(tuple)
PHRASES = st.lists(
    st.lists(st.sampled_from(["a", "ab", "ab*", "b", "bc*", "abc"]), min_size=1, max_size=3),
    max_size=4,
)


def contains_by_search(words: tuple[str, ...], parts: list[str]) -> bool:
    """Whether some selection of `words`, in order, matches the parts one by one."""
    return any(
        all(
            word.startswith(part[:-1]) if part[-1] == "*" else word == part
            for word, part in zip(chosen, parts, strict=True)
        )
        for chosen in combinations(words, len(parts))
    )


@given(words=WORDS, phrases=PHRASES)
def test_a_phrase_is_found_where_some_selection_of_words_matches(
    words: tuple[str, ...], phrases: list[list[str]]
) -> None:
    """For any words and phrases, as an exhaustive search finds it."""
    states = {str(at): [" ".join(parts)] for at, parts in enumerate(phrases)}
    expected = {str(at) for at, parts in enumerate(phrases) if contains_by_search(words, parts)}
    assert StateFinder(states).find(words) == expected


def test_the_asserted_state_excuses_its_opposite() -> None:
    """A question in the words of both asks which one it is."""
    asserted = Assertion(
        states=frozenset({"back"}), opposites=frozenset({"out"}), negated=frozenset()
    )
    assert asserted.is_opposed_by(frozenset({"out"}))
    assert not asserted.is_opposed_by(frozenset({"out", "back"}))
    assert not asserted.is_opposed_by(frozenset({"other"}))


@pytest.mark.parametrize(
    ("question", "is_denied"),
    [
        ("it has arrived", False),
        ("it hasnt arrived", False),
        ("it has not arrived", False),
        ("it is not late", True),
        ("arrived late not", True),
        ("has it arrived or not", False),
        ("ist es da oder nicht", False),
        ("kein paket", True),
        ("not", True),
    ],
)
def test_a_negation_must_be_one_of_the_intents_own(question: str, *, is_denied: bool) -> None:
    """An intent whose utterances say `not arrived` does not answer `not late`."""
    asserted = Assertion(states=frozenset(), opposites=frozenset(), negated=frozenset({"arrived"}))
    assert asserted.is_negated_by(tuple(question.split())) is is_denied


def test_an_intent_may_declare_nothing() -> None:
    """Then nothing contradicts it."""
    assert parse_assertion(None) is None


def test_visitors_words_do_not_fill_the_memory() -> None:
    """A full cache is cleared, and finds the same afterwards."""
    finder = StateFinder({"out": ["sold out"]})
    for at in range(MAX_CACHED + 5):
        finder.find((f"word{at}",))
    assert finder.cached_words == 5
    assert finder.find(("sold", "it", "out")) == {"out"}
