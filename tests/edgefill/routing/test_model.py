"""A router file is checked completely before it is used."""

from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.routing.model import parse_model
from tests.edgefill.routing.models import encode, router_data

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
        {"known": [encode(b"four"), "", ""]},
        {"known": ["?", "", ""]},
        {"features": encode(b"123")},
        {"features": encode(b"1234")},
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
def test_a_changed_file_is_corrupt(changes: dict[str, Any]) -> None:
    """A file that the trainer did not write is refused as a whole."""
    with pytest.raises(ObjectCorrupt, match="router: "):
        parse_model(router_data(**changes))


def test_data_without_the_fields_is_corrupt() -> None:
    """A field is missing, or the data is not an object."""
    values: tuple[Any, ...] = ({"v": 1}, [], None)
    for broken in values:
        with pytest.raises(ObjectCorrupt, match="router: "):
            parse_model(broken)
