"""Many numbers in one big integer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.routing.packed_ints import pack_bytes, pack_ints, pack_nibbles, unpack_ints

NUMBERS = st.lists(st.integers(0, 2**20), min_size=4, max_size=4)


@given(NUMBERS, NUMBERS, st.integers(0, 255))
def test_packed_numbers_add_and_multiply_independently(
    one: list[int], other: list[int], factor: int
) -> None:
    """No number changes its neighbour."""
    total = pack_ints(one) * factor + pack_ints(other)
    assert unpack_ints(total, 4) == [a * factor + b for a, b in zip(one, other, strict=True)]


@given(st.binary(min_size=3, max_size=3))
def test_bytes_and_half_bytes_become_numbers(row: bytes) -> None:
    """One number per byte, or per half byte, the lower half first."""
    assert unpack_ints(pack_bytes(row), 3) == list(row)
    halves = [half for byte in row for half in (byte & 15, byte >> 4)]
    assert unpack_ints(pack_nibbles(row), 6) == halves


def test_more_numbers_than_the_count_are_an_error() -> None:
    """No number is silently dropped."""
    with pytest.raises(OverflowError):
        unpack_ints(pack_ints((1, 2)), 1)
