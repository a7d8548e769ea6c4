"""The features of a question."""

from edgefill.routing.features import (
    MAX_WORD_CHARS,
    get_crc32,
    hash_feature,
    list_phrase_features,
    list_word_features,
)


def test_a_word_has_itself_and_its_letter_n_grams_as_features() -> None:
    """Start and end count as letters; characters beyond the limit are ignored."""
    assert list(list_word_features("it")) == [" it", "^i", "it", "t$", "^it", "it$", "^it$"]
    assert list(list_word_features("a" * 99)) == list(list_word_features("a" * MAX_WORD_CHARS))


def test_phrases_are_adjacent_words_and_words_around_one() -> None:
    """The question's ends count as words of pairs; no two phrases are spelled alike."""
    assert list_phrase_features(("do", "not", "stop")) == [
        " do ", "do not ", "not stop ", "stop  ", "do  stop ",
    ]  # fmt: skip


def test_few_words_have_few_phrases() -> None:
    """A question without words has one phrase: its start and its end."""
    assert list_phrase_features(("stop",)) == [" stop ", "stop  "]
    assert list_phrase_features(()) == ["  "]


def test_the_hash_of_a_phrase_continues_the_hash_of_its_first_word() -> None:
    """So the scorer hashes each word of a phrase once."""
    assert get_crc32()(b"not ", hash_feature("do ")) == hash_feature("do not ")
