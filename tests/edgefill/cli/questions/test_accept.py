"""Finding the text of a missed question by its digest."""

from __future__ import annotations

import pytest

from edgefill.cli.questions.accept import find_text
from edgefill.core.errors import InputRefused

DIGEST = "0123456789abcdef0123"
TEXTS = {
    f"answer/en/q-{DIGEST}": "a gift card",
    f"answer/de/q-{DIGEST}": "ein gutschein",
    "answer/en/q-ffffffffffffffffffff": "another",
}


def test_a_digest_of_one_locale_implies_it() -> None:
    """Among several locales the argument chooses."""
    assert find_text("f" * 20, TEXTS, None) == ("another", "en")
    assert find_text(DIGEST, TEXTS, "de") == ("ein gutschein", "de")


@pytest.mark.parametrize("locale", [None, "fr", ""])
def test_another_locale_is_refused(locale: str | None) -> None:
    """No locale is refused too, when there are two to choose from."""
    with pytest.raises(InputRefused, match="choose with --locale: de, en"):
        find_text(DIGEST, TEXTS, locale)


def test_a_question_without_a_stored_text_is_refused() -> None:
    """In every locale."""
    with pytest.raises(InputRefused, match="no text is stored"):
        find_text("e" * 20, TEXTS, "en")
