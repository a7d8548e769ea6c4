import pytest

from edgefill.judging.prose import Prose, Sentence
from edgefill.judging.repetition import find_repeated, measure_repetition


def make_prose(*lines: str) -> Prose:
    path: tuple[Sentence, ...] = tuple(tuple(line.split()) for line in lines)
    return Prose(sentences=tuple(dict.fromkeys(path)), paths=(path,))


def test_a_sentence_said_twice_counts_whatever_its_letter_case() -> None:
    prose = make_prose("your order is late .", "Your order is late .")
    repeated, runs, alike, stems, chains = measure_repetition(prose)
    assert (repeated, alike) == (1.0, 1.0)
    assert runs > 0
    assert stems > 0
    assert chains == 0


@pytest.mark.parametrize(
    ("lines", "chains"),
    [
        (("it was delivered .", "Delivered at {time} ."), 1.0),
        (("dein Paket wurde zugestellt .", "zugestellt um {time} .", "um acht ."), 1.0),
        (("it is new .", "new here ?"), 0.0),
        (("it was delivered .", "it came at {time} ."), 0.0),
        (("{name} !", "{name} , hello ."), 0.0),
    ],
)
def test_a_sentence_that_begins_with_the_word_before_it_is_chained(
    lines: tuple[str, ...], chains: float
) -> None:
    """Words of fewer than five letters and slots do not count."""
    assert measure_repetition(make_prose(*lines))[4] == chains


def test_a_title_that_the_body_begins_with_counts() -> None:
    prose = make_prose("delivery with {carrier}", "delivery with {carrier} .")
    assert measure_repetition(prose)[1] > 0
    assert find_repeated(prose.paths[0]) == ("delivery", "with", "{carrier}", ".")


@pytest.mark.parametrize("lines", [("hello {name} .", "bye now ."), ("we are so", "we are so")])
def test_different_sentences_and_short_words_do_not_count(lines: tuple[str, ...]) -> None:
    assert find_repeated(make_prose(*lines).paths[0]) is None
