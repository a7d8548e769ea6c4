"""What a question is made of."""

from edgefill.routing.features import LONGEST, code, coder, of_phrases, of_word


def test_a_word_is_itself_and_its_letter_groups() -> None:
    """The edges count as letters; what is beyond the longest word is not looked at."""
    assert list(of_word("it")) == [" it", "^i", "it", "t$", "^it", "it$", "^it$"]
    assert list(of_word("a" * 99)) == list(of_word("a" * LONGEST))


def test_phrases_are_neighbours() -> None:
    """Of two, the edges too, and of two around one; no two phrases look alike."""
    assert of_phrases(("do", "not", "stop")) == [
        " do ", "do not ", "not stop ", "stop  ", "do  stop ",
    ]  # fmt: skip


def test_few_words_have_few_phrases() -> None:
    """No word at all is an edge beside an edge."""
    assert of_phrases(("stop",)) == [" stop ", "stop  "]
    assert of_phrases(()) == ["  "]


def test_a_code_is_carried_on() -> None:
    """The code of a phrase is its first word's, with the second."""
    assert coder()(b"not ", code("do ")) == code("do not ")
