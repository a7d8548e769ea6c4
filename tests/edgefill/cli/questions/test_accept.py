"""Accepting a missed question by its digest."""

from __future__ import annotations

import pytest

from edgefill.cli.questions.accept import kept_text
from edgefill.core.errors import InputRefused

DIGEST = "0123456789abcdef0123"
TEXTS = {
    f"answer/en/q-{DIGEST}": "a gift card",
    f"answer/de/q-{DIGEST}": "ein gutschein",
    "answer/en/q-ffffffffffffffffffff": "another",
}


def test_a_digest_knows_its_locale() -> None:
    """Where it was asked in one alone."""
    assert kept_text("f" * 20, TEXTS, None) == ("another", "en")
    assert kept_text(DIGEST, TEXTS, "de") == ("ein gutschein", "de")


@pytest.mark.parametrize("locale", [None, "fr", ""])
def test_a_locale_that_was_not_asked_in_is_refused_with_those_that_were(locale: str | None) -> None:
    """Or none, where there are two."""
    with pytest.raises(InputRefused, match="choose with --locale: de, en"):
        kept_text(DIGEST, TEXTS, locale)


def test_a_question_whose_words_are_not_kept_is_named() -> None:
    """In every locale."""
    with pytest.raises(InputRefused, match="no text is kept"):
        kept_text("e" * 20, TEXTS, "en")
