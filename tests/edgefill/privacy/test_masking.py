"""Names in a question are masked before a model or a reviewer sees it."""

import pytest

from edgefill.privacy import mask_names, remove_name_masks


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hi this is ada lovelace where is my parcel", "hi this is [name] where is my parcel"),
        ("my name is xiang, is it late", "my name is [name], is it late"),
        ("ich heiße wolfgang schmidt", "ich heiße [name]"),
        ("mein nachname ist kowalski", "mein nachname ist [name]"),
        ("frau müller wartet", "frau [name] wartet"),
        ("did jonas get his order", "did [name] get his order"),
        ("this is a bad joke", "this is a bad joke"),
        ("my name is wrong on the parcel", "my name is wrong on the parcel"),
        ("where is my order #", "where is my order #"),
    ],
)
def test_names_are_masked(text: str, masked: str) -> None:
    """First names and introduced names are masked; common words stay."""
    assert mask_names(text) == masked


def test_name_masks_are_removed() -> None:
    """The words around a mask stay, with single spaces."""
    assert remove_name_masks("is [name] in today, [name]") == "is in today,"
    assert remove_name_masks("[name]") == ""
