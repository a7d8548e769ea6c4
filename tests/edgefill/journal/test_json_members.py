"""The members of a JSON object, read by their types."""

from typing import Any

import pytest

from edgefill.journal.json_members import INTEGER, LIST, NULL, NUMBER, TEXT, read_members

KINDS = {"name": TEXT, "count": INTEGER, "share": NUMBER + NULL, "parts": LIST}
SOUND = {"name": "é", "count": 2**53, "share": 0.5, "parts": []}


@pytest.mark.parametrize("change", [{}, {"share": None}, {"share": 1}, {"count": -3}])
def test_members_of_their_types_are_read(change: dict[str, Any]) -> None:
    assert read_members(SOUND | change, KINDS) == SOUND | change


def test_an_optional_member_may_be_missing() -> None:
    assert read_members({"name": "x"}, KINDS, optional=KINDS.keys() - {"name"}) == {"name": "x"}


@pytest.mark.parametrize(
    "data",
    [
        None, [], "name", {}, {"name": "x"}, SOUND | {"more": 1}, SOUND | {"name": 3},
        SOUND | {"count": True}, SOUND | {"count": 1.0}, SOUND | {"count": 2**53 + 1},
        SOUND | {"count": -(10**400)}, SOUND | {"share": float("nan")},
        SOUND | {"share": float("-inf")}, SOUND | {"share": "1"}, SOUND | {"parts": {}},
        SOUND | {"name": "\ud800"},
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_members(data, KINDS)
