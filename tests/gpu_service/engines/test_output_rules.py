"""Stop strings in a text that comes piece by piece."""

from __future__ import annotations

import random

import pytest

from gpu_service.engines.output_rules import StopStringFilter


@pytest.mark.parametrize("seed", range(50))
def test_whatever_the_pieces_the_text_ends_before_the_first_stop(seed: int) -> None:
    """The result is the same as if the whole text were searched."""
    dice = random.Random(seed)
    text = "".join(dice.choice("ab") for _ in range(30))
    strings = tuple("".join(dice.choice("ab") for _ in range(dice.randint(2, 6))) for _ in "xy")
    stop_filter, out, rest = StopStringFilter(strings), "", text
    while rest and not stop_filter.has_stopped:
        size = dice.randint(1, 3)
        piece, rest = rest[:size], rest[size:]
        out += stop_filter.filter(piece)
    out += stop_filter.flush()
    ends = [text.find(string) for string in strings if string in text]
    assert stop_filter.has_stopped == bool(ends)
    if not ends:
        assert out == text
    else:
        assert text.startswith(out)
        assert not any(string in out for string in strings)


def test_nothing_is_held_back_without_stop_strings() -> None:
    """Each piece is emitted at once; an empty stop string has no effect."""
    stop_filter = StopStringFilter(("",))
    assert (stop_filter.filter("a"), stop_filter.flush(), stop_filter.has_stopped) == (
        "a",
        "",
        False,
    )
