"""Texts that slip into another language."""

import pytest

from edgefill.compiler.lint.languages import other_languages


@pytest.mark.parametrize(
    ("locale", "text", "first"),
    [
        ("de", "Kind regards, die Crew. You can have the prices, and our shop", "You"),
        ("de-AT", "Schön, dass du da bist. This is the best of all", "This"),
        ("en", "Good to see you. Wir freuen uns mit dir und der Crew", "Wir"),
    ],
)
def test_a_mix_is_found_where_it_begins(locale: str, text: str, first: str) -> None:
    """Four different function words of another language are no loan words."""
    (finding,) = other_languages(text, locale)
    assert text[finding.at : finding.end] == first
    assert finding.rule == "other-language"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Der Sale ist da: The North Face und Levi's mit Rabatt, for you"),
        ("de", "Wir sind bei dir in der Crew, und das Schiff war da"),
        ("en", "The Kindergarten and the Zeitgeist are with you; die another day in the war"),
        ("ja", "the and you your with"),
    ],
)
def test_names_and_loan_words_are_let_be(locale: str, text: str) -> None:
    """A name holds few function words, and of a language without a list nothing is said."""
    assert list(other_languages(text, locale)) == []
