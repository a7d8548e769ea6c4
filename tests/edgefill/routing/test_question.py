"""A visitor's question, normalized and masked."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edgefill.core.errors import BadQuery
from edgefill.routing.question import MAX_QUESTION, read_question

SAME = read_question("where is my order")


@pytest.mark.parametrize(
    "raw",
    [
        "WHERE is my order",
        "  where\tis\n my   order ",
        "Where is my order?!",
        "where is my order \U0001f621",
        "\uff37\uff28\uff25\uff32\uff25 is my order",
        "\u201cwhere is my order\u201d",
        "where\u200bis\x00my\x1border",
    ],
)
def test_spellings_of_one_question_are_equal(raw: str) -> None:
    """Case, white space, width, punctuation, emoji and controls make no difference."""
    assert read_question(raw) == SAME


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("where is order A-1234?", "where is order #"),
        ("mail ada@example.com", "mail @"),
        ("mail ada99@example.com", "mail #"),
        ("mail ada @ example.com now", "mail @ now"),
        ("@ example.com @ example.org", "@ @"),
        ("x @ @ y.z", "x @"),
        ("see you @ noon @", "see you @ noon @"),
        ("call +49 (170) 123-4567 now", "call # now"),
        ("I paid $12.50", "i paid #"),
        ("I paid \u0661\u0662", "i paid #"),
        ("order #", "order #"),
        ("card 1234 - 5678 / 9", "card #"),
    ],
)
def test_personal_patterns_are_masked(raw: str, text: str) -> None:
    """A word with a digit becomes #, one with an at sign @, and a number in groups a single #."""
    assert read_question(raw).text == text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("don't", ("dont",)),
        ("don\u2019t", ("dont",)),
        ("e-mail", ("e", "mail")),
        ("stra\u00dfe", ("strasse",)),
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u2014 ok",
            ("\u0939\u093f\u0928\u094d\u0926\u0940", "ok"),
        ),
    ],
)
def test_words_are_letters_and_the_marks_on_them(raw: str, words: tuple[str, ...]) -> None:
    """Apostrophes are removed, other punctuation separates words, in any script."""
    assert read_question(raw).words == words


def test_a_question_of_symbols_has_no_words() -> None:
    """It can be counted and denied, but not routed."""
    question = read_question("\U0001f44d  \U0001f44d")
    assert (question.text, question.words) == ("\U0001f44d \U0001f44d", ())


@pytest.mark.parametrize("raw", ["", "  ", "\x00\u200b\n"])
def test_an_empty_question_is_refused(raw: str) -> None:
    """White space and control characters are empty too."""
    with pytest.raises(BadQuery, match="empty"):
        read_question(raw)


def test_ten_kilobytes_are_refused_unread() -> None:
    """The message contains the limit and no part of the question."""
    with pytest.raises(BadQuery) as refused:
        read_question("secret " * 1500)
    assert str(MAX_QUESTION) in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_question_that_is_too_long_once_normalized_is_refused() -> None:
    """NFKC expands U+FDFA to eighteen characters."""
    with pytest.raises(BadQuery, match=str(MAX_QUESTION)):
        read_question("\ufdfa" * 100)


def test_the_longest_question_is_read() -> None:
    """The limit is inclusive."""
    assert read_question("a" * MAX_QUESTION).text == "a" * MAX_QUESTION


@example("e'\u0301")
@example("0 : 0")
@given(st.text(max_size=60) | st.text("aejJ1@#' \u0301\u0308\u030c\u0338=\u00b4", max_size=20))
def test_reading_is_idempotent(raw: str) -> None:
    """Neither a digit nor a control character is left."""
    try:
        question = read_question(raw)
    except BadQuery:
        return
    assert read_question(question.text) == question
    assert not any(char.isdigit() or not char.isprintable() for char in question.text)
    assert all(word == "@" or "@" not in word for word in question.words)
    assert len(question.digest) == 20
