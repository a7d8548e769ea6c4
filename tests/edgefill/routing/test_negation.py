"""Commands that say what not to do."""

import pytest

from edgefill.routing.negation import is_negated
from edgefill.routing.question import read_question


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
def test_a_negated_command_or_wish_is_one(raw: str) -> None:
    """In English and German."""
    assert is_negated(read_question(raw).words)


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
def test_a_negated_statement_is_none(raw: str) -> None:
    """What has not happened is a question like others."""
    assert not is_negated(tuple(raw.split()) and read_question(raw).words)
