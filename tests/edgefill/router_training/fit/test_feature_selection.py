"""Which features a router has weights for."""

import numpy as np

from edgefill.router_training.fit.feature_selection import common_words, telling_features
from edgefill.routing.features import code


def codes(*words: str) -> list[int]:
    return [code(f" {word}") for word in words]


def test_the_commonest_words_come_first() -> None:
    """Each counts once a question."""
    rows = [("stop", "stop", "it"), ("send", "it"), ("send", "it", "back")]
    assert common_words(rows, most=2).tolist() == codes("it", "send")


def test_words_that_are_as_common_stand_in_the_order_of_the_questions() -> None:
    """On every machine and in every process, so that the same examples give the same router."""
    words = tuple(f"word{at}" for at in range(100))
    assert common_words([words], most=100).tolist() == codes(*words)


def test_a_word_of_one_target_tells_more_than_one_of_both() -> None:
    """`the` stands everywhere."""
    rows = [("track", "the"), ("track", "the"), ("stop", "the"), ("stop", "the")]
    telling = telling_features(rows, np.array([0, 0, 1, 1]), most=1000).tolist()
    places = [telling.index(each) for each in codes("track", "stop", "the")]
    assert max(places[:2]) < places[2]
