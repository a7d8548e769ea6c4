"""Sums of weights by lanes of one big integer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.routing import lanes as lanes_module
from lambdas.core.routing.features import buckets, of_pair, of_word
from lambdas.core.routing.lanes import ZERO, Lanes

BITS, WIDTH = 4, 3
ROWS = bytes(byte * 37 % 256 for byte in range(WIDTH << BITS))
WORDS = st.lists(st.text("abcdef", min_size=1, max_size=6), max_size=8)


def slowly(words: list[str]) -> list[int]:
    features = [feature for word in words for feature in of_word(word)]
    features += [of_pair(*pair) for pair in zip(["", *words], words, strict=False)]
    sums = [0] * WIDTH
    for feature in features:
        start = buckets(feature, BITS) * WIDTH
        for lane in range(WIDTH):
            sums[lane] += ROWS[start + lane] - ZERO
    return sums


@given(WORDS)
def test_lanes_add_up_exactly(words: list[str]) -> None:
    """The oracle adds weight by weight; a second question finds kept sums."""
    lanes = Lanes(ROWS, bits=BITS, width=WIDTH)
    assert lanes.add(tuple(words)) == lanes.add(tuple(words)) == slowly(words)


def test_rows_of_another_size_are_refused() -> None:
    """A table that was cut off is no table."""
    with pytest.raises(ValueError, match="47 bytes of weights, not 48"):
        Lanes(ROWS[:-1], bits=BITS, width=WIDTH)


def test_a_strangers_words_do_not_fill_the_memory() -> None:
    """However many words come, a bounded number of sums is kept, and all stay right."""
    lanes = Lanes(ROWS, bits=BITS, width=WIDTH)
    for number in range(lanes_module.KEPT):
        lanes.add((f"w{number}",))
    assert lanes.kept <= lanes_module.KEPT
    assert lanes.add(("abc",)) == slowly(["abc"])
