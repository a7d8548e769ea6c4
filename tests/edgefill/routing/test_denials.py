"""Denials as JSON."""

import json
from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.routing.denials import parse_denials, serialize_denials

DENIALS = {"a1": frozenset({"welcome", "flash-sale"}), "b2": frozenset({"*"})}


def test_denials_survive_a_round_trip_through_json() -> None:
    """Each question keeps every experience that it must not lead to."""
    assert parse_denials(json.loads(json.dumps(serialize_denials(DENIALS)))) == DENIALS


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"v": 2, "denied": {}}, {"v": 1, "denied": []}, {"v": 1, "denied": {"a": 7}}],
)
def test_other_data_is_corrupt(data: Any) -> None:
    """No other error is raised, whatever the store contains."""
    with pytest.raises(ObjectCorrupt, match="denials"):
        parse_denials(data)
