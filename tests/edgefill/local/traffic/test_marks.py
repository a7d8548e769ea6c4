"""Each visitor's mark is found wherever it stands, and only that mark."""

from __future__ import annotations

from edgefill.local.traffic.marks import find_marks, make_mark, make_marked_visitor


def test_marks_are_found_in_text_and_headers() -> None:
    """Numbers that begin alike are different marks."""
    text = f"Hello {make_mark(1)}, hello {make_mark(12)}!"
    assert find_marks({"x-a": make_mark(3), make_mark(4): ""}, text) == {
        "Mark1mark",
        "Mark12mark",
        "Mark3mark",
        "Mark4mark",
    }
    assert find_marks({}, "Mark my words, Markmark") == frozenset()


def test_no_two_visitors_share_a_value() -> None:
    """Every case is somebody's."""
    visitors = [make_marked_visitor(number) for number in range(64)]
    values = [value for visitor in visitors for value in set(visitor.slots.values())]
    assert len(values) == len(set(values)) == 64
    assert len({tuple(visitor.case.values()) for visitor in visitors}) == 9
