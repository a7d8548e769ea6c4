"""The clock."""

import pytest

from cloudfront_emulator.clock import AdjustableClock


def test_the_clock_goes_on_from_where_it_was_advanced_to() -> None:
    """Time is the base's and all advances; it never runs back."""
    clock = AdjustableClock(lambda: 100.0)
    clock.advance(60)
    clock.advance(0.5)
    assert (clock(), clock.offset) == (160.5, 60.5)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(float("nan"))
