"""Names leave a question before a model or a reviewer sees it."""

import pytest

from edgefill.privacy.masking import mask_names


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("hi this is ada lovelace where is my parcel", "hi this is [name] where is my parcel"),
        ("my name is xiang, is it late", "my name is [name], is it late"),
        ("ich heiße wolfgang schmidt", "ich heiße [name]"),
        ("mein nachname ist kowalski", "mein nachname ist [name]"),
        ("frau müller wartet", "frau [name]"),
        ("did jonas get his order", "did [name] get his order"),
        ("this is a bad joke", "this is a bad joke"),
        ("my name is wrong on the parcel", "my name is wrong on the parcel"),
        ("where is my order #", "where is my order #"),
    ],
)
def test_names_are_marked(said: str, left: str) -> None:
    """First names, and what follows an introduction; common words stay."""
    assert mask_names(said) == left
