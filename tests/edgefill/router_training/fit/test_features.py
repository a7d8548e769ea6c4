"""Which features of the examples get weights."""

import numpy as np

from edgefill.router_training.fit.features import select_common_words, select_features
from edgefill.routing.features import hash_feature


def codes(*words: str) -> list[int]:
    return [hash_feature(f" {word}") for word in words]


def test_the_commonest_words_come_first() -> None:
    """A word counts once per question."""
    rows = [("stop", "stop", "it"), ("send", "it"), ("send", "it", "back")]
    assert select_common_words(rows, most=2).tolist() == codes("it", "send")


def test_equally_common_words_are_in_the_order_of_the_questions() -> None:
    """So the same examples give the same router on every machine and in every process."""
    words = tuple(f"word{at}" for at in range(100))
    assert select_common_words([words], most=100).tolist() == codes(*words)


def test_a_word_of_one_target_comes_before_a_word_of_both() -> None:
    """`the` is in every row."""
    rows = [("track", "the"), ("track", "the"), ("stop", "the"), ("stop", "the")]
    selected = select_features(rows, np.array([0, 0, 1, 1]), most=1000).tolist()
    places = [selected.index(each) for each in codes("track", "stop", "the")]
    assert max(places[:2]) < places[2]
