"""The deny-list as JSON."""

import json
from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.routing.denials import parse_denials, serialize_denials

DENIALS = {"a1": frozenset({"welcome", "flash-sale"}), "b2": frozenset({"*"})}


def test_denials_survive_json() -> None:
    """Each question with all that it must not lead to."""
    assert parse_denials(json.loads(json.dumps(serialize_denials(DENIALS)))) == DENIALS


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"v": 2, "denied": {}}, {"v": 1, "denied": []}, {"v": 1, "denied": {"a": 7}}],
)
def test_anything_else_is_corrupt(data: Any) -> None:
    """Whatever lies in the store, nothing else is raised."""
    with pytest.raises(ObjectCorrupt, match="denials"):
        parse_denials(data)
