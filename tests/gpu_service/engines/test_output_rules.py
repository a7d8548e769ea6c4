"""Stop strings in a text that comes piece by piece."""

from __future__ import annotations

import random

import pytest

from gpu_service.engines.output_rules import StopStringFilter


@pytest.mark.parametrize("seed", range(50))
def test_whatever_the_pieces_the_text_ends_before_the_first_stop(seed: int) -> None:
    """As if the whole text were searched."""
    dice = random.Random(seed)
    text = "".join(dice.choice("ab") for _ in range(30))
    strings = tuple("".join(dice.choice("ab") for _ in range(dice.randint(2, 6))) for _ in "xy")
    stops, out, left = StopStringFilter(strings), "", text
    while left and not stops.has_stopped:
        size = dice.randint(1, 3)
        piece, left = left[:size], left[size:]
        out += stops.filter(piece)
    out += stops.flush()
    ends = [text.find(string) for string in strings if string in text]
    assert stops.has_stopped == bool(ends)
    if not ends:
        assert out == text
    else:
        assert text.startswith(out)
        assert not any(string in out for string in strings)


def test_nothing_is_held_back_without_stop_strings() -> None:
    """Each piece at once; an empty string stops nothing."""
    stops = StopStringFilter(("",))
    assert (stops.filter("a"), stops.flush(), stops.has_stopped) == ("a", "", False)
