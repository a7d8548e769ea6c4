"""Sentences in another language than the template's are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler.lint.other_languages import find_other_languages
from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]


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


@pytest.mark.parametrize(
    ("locale", "text", "language"),
    [
        ("de", "Schön, dass du da bist. May one of them bring you joy.", "en"),
        ("de", "Sobald wir den Termin kennen, and we have a new date.", "en"),
        ("de", "Dank deiner Treat yourself to something nice.", "en"),
        ("de", "Washed ashore again: {{ note }}", "en"),
        ("de-AT", "Hallo {{ name }}. Nets out with {{ note }}.", "en"),
        ("en", "Anmeldung mit {{ note }}.", "de"),
        ("en", "Kurz und gut: 20% off", "de"),
        ("en", "Thanks to deinem Konto sind {{ n }} points.", "de"),
        ("en", "Hello. Wir sind the harbour.", "de"),
        ("en", "Hello. Wo sie gerade ist, siehst du on this page.", "de"),
        ("en", "Hello. Merci pour votre commande.", "fr"),
        ("de", "Hallo. Gracias por su pedido.", "es"),
        ("fr", "Bonjour et merci. Thank you for your order.", "en"),
    ],
)
def test_one_sentence_in_another_language_is_found(
    refuse: Refuse, locale: str, text: str, language: str
) -> None:
    """A few of its words are enough if the own language has none in it, or several in a row."""
    (error,) = refuse(text, "text", locale, "other-language")
    assert f"in {language!r}, not in {locale!r}" in error.reason


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Leinen los! Moin {{ name }}!"),
        ("de", "Best of Sale: made for you. Der Sale ist da, mit Rabatt."),
        ("de", "Dein Update ist online, Crew. Back to School, Team."),
        ("en", "The Kindergarten of Haus der Kunst is open. Your Zeitgeist mug, dear {{ name }}."),
        ("en", "Tern & Tide, Hamburg. Good to see you die another day."),
        ("ja", "Thank you for your order. Danke für dein Vertrauen."),
    ],
)
def test_loans_and_names_in_sentences_pass(refuse: Refuse, locale: str, text: str) -> None:
    """So does every sentence of a locale whose language has no list."""
    assert refuse(text, "text", locale, "other-language") == []
