"""Rules on the words of a question."""

import pytest

from edgefill.routing.question import read_question
from edgefill.routing.rules import is_negated_command, split_requests


@pytest.mark.parametrize(
    ("text", "parts"),
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
def test_requests_of_two_words_or_more_are_split_at_conjunctions(
    text: str, parts: list[str]
) -> None:
    """A conjunction between single words splits nothing; at most three requests are returned."""
    assert [" ".join(part) for part in split_requests(tuple(text.split()))] == parts


@pytest.mark.parametrize(
    "raw",
    [
        "do not cancel my order",
        "Don't cancel my order",
        "please do not cancel my order",
        "I don't want to cancel my order",
        "i do not want to return it",
        "never send me mail",
        "I asked you not to cancel",
        "ship it but don't charge me",
        "Bitte nicht stornieren",
        "Ich will meine Bestellung nicht stornieren",
        "Storniere meine Bestellung nicht",
        "Ich m\u00f6chte keine Mails",
    ],
)
def test_a_negated_command_or_wish_is_recognized(raw: str) -> None:
    """In English and German."""
    assert is_negated_command(read_question(raw).words)


@pytest.mark.parametrize(
    "raw",
    [
        "cancel my order",
        "i do not see my refund",
        "my parcel has not arrived",
        "why is it not here",
        "i don't know where my order is",
        "what did i not pay",
        "is it late or not",
        "Warum ist mein Paket nicht angekommen",
        "Mein Paket kam nicht an",
        "Ich finde es nicht",
        "",
    ],
)
def test_a_negated_statement_is_not_a_negated_command(raw: str) -> None:
    """A statement that something did not happen is an ordinary question."""
    assert not is_negated_command(tuple(raw.split()) and read_question(raw).words)
