"""What a question is made of."""

from lambdas.core.routing.features import LONGEST, of_phrases, of_word


def test_a_word_is_itself_and_its_letter_groups() -> None:
    """The edges count as letters; what is beyond the longest word is not looked at."""
    assert list(of_word("it")) == [" it", "^i", "it", "t$", "^it", "it$", "^it$"]
    assert list(of_word("a" * 99)) == list(of_word("a" * LONGEST))


def test_phrases_are_neighbours() -> None:
    """Of two with the edges, of two around one, and of three; no two phrases look alike."""
    assert of_phrases(("do", "not", "stop")) == [
        " do ", "do not ", "not stop ", "stop  ", "do  stop ", "do not stop ",
    ]  # fmt: skip


def test_few_words_have_few_phrases() -> None:
    """No word at all is an edge beside an edge."""
    assert of_phrases(("stop",)) == [" stop ", "stop  "]
    assert of_phrases(()) == ["  "]
