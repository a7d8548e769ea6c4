"""Sentences in another language than the template's are found."""

import pytest

from edgefill.compiler.lint.other_languages import find_other_languages


@pytest.mark.parametrize(
    ("locale", "text", "first"),
    [
        ("de", "Kind regards, die Crew. You can have the prices, and our shop", "You"),
        ("de-AT", "Schön, dass du da bist. This is the best of all", "This"),
        ("en", "Good to see you. Wir freuen uns mit dir und der Crew", "Wir"),
    ],
)
def test_a_second_language_is_found_where_it_begins(locale: str, text: str, first: str) -> None:
    """Four different function words of another language are enough."""
    (finding,) = find_other_languages(text, locale)
    assert text[finding.start : finding.end] == first
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
def test_names_and_loan_words_pass(locale: str, text: str) -> None:
    """They have few function words; a locale without a word list has no findings."""
    assert list(find_other_languages(text, locale)) == []
