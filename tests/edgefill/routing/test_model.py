"""A router's file is checked whole."""

from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.routing.model import parse_model
from tests.edgefill.routing.models import router_data, text

MEANINGS = router_data()["meanings"]


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 1},
        {"v": None},
        {"intents": None},
        {"intents": ["order", "cancel"]},
        {"labels": {}},
        {"known": [""]},
        {"known": [text(b"four"), "", ""]},
        {"known": ["?", "", ""]},
        {"features": text(b"123")},
        {"features": text(b"1234")},
        {"features": "\u00e9"},
        {"features": 7},
        {"meanings": {}},
        {"meanings": MEANINGS | {"rows": "AAAA"}},
        {"meanings": MEANINGS | {"rank": 2}},
        {"meanings": MEANINGS | {"rank": 0, "rows": ""}},
        {"meanings": MEANINGS | {"heads": ""}},
        {"unit": [1.0]},
        {"unit": None},
        {"slope": "steep"},
        {"offsets": [0.0]},
        {"accept": "all"},
        {"unsure": None},
        {"plain": 7},
    ],
)
def test_anything_else_is_corrupt(changes: dict[str, Any]) -> None:
    """A router that the trainer did not write is refused whole, not used in part."""
    with pytest.raises(ObjectCorrupt, match="router: "):
        parse_model(router_data(**changes))


def test_what_is_no_router_is_corrupt() -> None:
    """So is a file that lacks a field, and what is no object."""
    every: tuple[Any, ...] = ({"v": 1}, [], None)
    for broken in every:
        with pytest.raises(ObjectCorrupt, match="router: "):
            parse_model(broken)
