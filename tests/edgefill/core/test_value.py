"""Frozen records without dataclasses."""

import pytest

from edgefill.core.value import replace, value


@value
class Point:
    x: int
    y: int = 0

    def norm(self) -> int:
        return abs(self.x) + abs(self.y)


@value
class Other:
    x: int
    y: int = 0


def test_fields_are_given_by_name_and_may_have_defaults() -> None:
    """Methods stay."""
    assert (Point(x=3).x, Point(x=3).y) == (3, 0)
    assert Point(x=-3, y=4).norm() == 7


def test_a_missing_field_is_named() -> None:
    """As dataclasses do."""
    with pytest.raises(TypeError, match="Point needs 'x'"):
        Point(y=1)  # type: ignore[call-arg]


def test_an_unknown_field_is_named() -> None:
    """Among known fields too."""
    with pytest.raises(TypeError, match="Point has no field 'z'"):
        Point(x=1, z=2)  # type: ignore[call-arg]


def test_nothing_can_be_changed_or_added() -> None:
    """Frozen and slotted."""
    point = Point(x=1)
    with pytest.raises(AttributeError, match=r"Point\.x is frozen"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    with pytest.raises(AttributeError, match="frozen"):
        point.z = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_records_are_equal_by_type_and_fields() -> None:
    """And may be keys."""
    assert Point(x=1) == Point(x=1, y=0)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Other(x=1)  # type: ignore[comparison-overlap]
    assert len({Point(x=1), Point(x=1), Point(x=2)}) == 2


def test_a_record_shows_its_fields() -> None:
    """For people."""
    assert repr(Point(x=1)) == "Point(x=1, y=0)"


def test_a_copy_may_differ_in_named_fields() -> None:
    """The original stays."""
    point = Point(x=1, y=2)
    assert replace(point, y=3) == Point(x=1, y=3)
    assert point.y == 2
    with pytest.raises(TypeError, match="no field 'z'"):
        replace(point, z=1)
