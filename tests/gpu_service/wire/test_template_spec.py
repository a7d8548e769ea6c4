"""Which shapes make a grammar."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.slots import Slot
from gpu_service.wire.template_spec import Shape, check

NAME = Slot(name="name", type="name")


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (Shape(format="pdf", slots=()), "format 'pdf'"),
        (Shape(format="json", slots=()), "1 to 15 fields"),
        (Shape(format="json", slots=(), fields=("a", "a")), "'a' is declared twice"),
        (Shape(format="text", slots=(NAME, NAME)), "'name' is declared twice"),
        (Shape(format="text", slots=(Slot(name="a b", type="name"),)), "slot 'a b'"),
        (Shape(format="text", slots=(Slot(name='x" }}', type="name"),)), "letters, digits"),
        (Shape(format="text", slots=(Slot(name="a", type="colour"),)), "unknown type 'colour'"),
        (Shape(format="text", slots=(Slot(name="a", type="list"),)), "slot 'a'"),
        (
            Shape(
                format="text",
                slots=tuple(Slot(name=f"s{n}", type="text", required=True) for n in range(31)),
            ),
            "at most 30",
        ),
    ],
)
def test_a_shape_without_a_grammar_is_refused(shape: Shape, says: str) -> None:
    """The refusal names what is wrong."""
    with pytest.raises(InputRefused, match=says):
        check(shape)


def test_a_sound_shape_passes(shape: Shape) -> None:
    """Every slot type in every format makes a grammar."""
    check(shape)
