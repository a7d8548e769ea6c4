"""Which template specs make a grammar."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.slots import Slot
from gpu_service.grammar.template_spec import TemplateSpec, check_spec

NAME = Slot(name="name", type="name")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (TemplateSpec(format="pdf", slots=()), "format 'pdf'"),
        (TemplateSpec(format="json", slots=()), "1 to 15 fields"),
        (TemplateSpec(format="json", slots=(), fields=("a", "a")), "'a' is declared twice"),
        (TemplateSpec(format="text", slots=(NAME, NAME)), "'name' is declared twice"),
        (TemplateSpec(format="text", slots=(Slot(name="a b", type="name"),)), "slot 'a b'"),
        (TemplateSpec(format="text", slots=(Slot(name='x" }}', type="name"),)), "letters, digits"),
        (
            TemplateSpec(format="text", slots=(Slot(name="a", type="colour"),)),
            "unknown type 'colour'",
        ),
        (TemplateSpec(format="text", slots=(Slot(name="a", type="list"),)), "slot 'a'"),
        (
            TemplateSpec(
                format="text",
                slots=tuple(Slot(name=f"s{n}", type="text", required=True) for n in range(31)),
            ),
            "at most 30",
        ),
    ],
)
def test_a_spec_without_a_grammar_is_refused(spec: TemplateSpec, says: str) -> None:
    """The refusal names what is wrong."""
    with pytest.raises(InputRefused, match=says):
        check_spec(spec)


def test_a_valid_spec_passes(spec: TemplateSpec) -> None:
    """Every slot type in every format makes a grammar."""
    check_spec(spec)
