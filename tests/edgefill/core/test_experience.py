"""Experiences as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience, experience_from_json, experience_to_json
from edgefill.core.slots import Slot


@given(st.data())
def test_an_experience_survives_json(
    experiences: st.SearchStrategy[Experience], data: st.DataObject
) -> None:
    """With slots, cases and constraints."""
    experience = data.draw(experiences)
    assert (
        experience_from_json(json.loads(json.dumps(experience_to_json(experience)))) == experience
    )


def test_a_slot_is_found_by_its_name() -> None:
    """Or not at all."""
    days = Slot(name="days", type="number")
    sale = Experience(id="sale", version="1", format="text", slots=(days,), cases=CaseSpec())
    assert sale.find_slot("days") is days
    assert sale.find_slot("hours") is None
