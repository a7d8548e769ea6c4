"""Slots as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.slots import Slot, slot_from_json, slot_to_json


@given(st.data())
def test_a_slot_survives_json(slots: st.SearchStrategy[Slot], data: st.DataObject) -> None:
    """Every field, lists of records among them."""
    slot = data.draw(slots)
    assert slot_from_json(json.loads(json.dumps(slot_to_json(slot)))) == slot


def test_fields_at_their_default_are_left_out() -> None:
    """Packs are small."""
    assert slot_to_json(Slot(name="days", type="number")) == {"name": "days", "type": "number"}


@pytest.mark.parametrize("data", [{"name": "x"}, {"name": "x", "type": "text", "colour": "red"}])
def test_what_is_not_a_slot_is_refused(data: dict[str, str]) -> None:
    """A field that is missing or unknown."""
    with pytest.raises(TypeError):
        slot_from_json(data)
