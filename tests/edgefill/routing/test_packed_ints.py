"""Numbers side by side in one big integer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.routing import packed_ints as lanes

NUMBERS = st.lists(st.integers(0, 2**20), min_size=4, max_size=4)


@given(NUMBERS, NUMBERS, st.integers(0, 255))
def test_lanes_add_and_multiply_each_for_itself(
    one: list[int], other: list[int], factor: int
) -> None:
    """No lane touches its neighbour."""
    total = lanes.from_numbers(one) * factor + lanes.from_numbers(other)
    assert lanes.to_numbers(total, 4) == [a * factor + b for a, b in zip(one, other, strict=True)]


@given(st.binary(min_size=3, max_size=3))
def test_bytes_and_half_bytes_become_lanes(row: bytes) -> None:
    """A lane for each byte, or for each half, the lower first."""
    assert lanes.to_numbers(lanes.from_bytes(row), 3) == list(row)
    halves = [half for byte in row for half in (byte & 15, byte >> 4)]
    assert lanes.to_numbers(lanes.from_nibbles(row), 6) == halves


def test_more_lanes_than_asked_for_are_an_error() -> None:
    """Nothing is cut off unseen."""
    with pytest.raises(OverflowError):
        lanes.to_numbers(lanes.from_numbers((1, 2)), 1)
