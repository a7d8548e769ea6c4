"""Sentences of two wishes."""

import pytest

from edgefill.routing.multi_intent import wishes


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("cancel it and track my parcel", ["cancel it", "track my parcel"]),
        ("sende es zur\u00fcck oder storniere es", ["sende es zur\u00fcck", "storniere es"]),
        ("one two and then three four", ["one two", "three four"]),
        ("a b and c d or e f and g h", ["a b", "c d", "e f"]),
        ("black and white", []),
        ("salt and pepper mill", []),
        ("where is my order", []),
        ("and", []),
        ("", []),
    ],
)
def test_a_wish_has_two_words_and_stands_between_joints(said: str, parts: list[str]) -> None:
    """A joint between single words joins no wishes; three are as many as are looked at."""
    assert [" ".join(part) for part in wishes(tuple(said.split()))] == parts
