"""Sums of a question, part by part."""

from edgefill.routing import scores
from edgefill.routing.model import parse_model
from tests.edgefill.routing.models import router_data


def test_sums_are_exact() -> None:
    """Weights add up, sizes count, and a second asking finds kept sums."""
    found = parse_model(router_data()).scores
    for _ in range(2):
        sums = found.of(("track", "stop", "unheard"))
        assert sums.exact() == [7, 5, 4, 0]
        assert sums.size == 2


def test_negative_weights_are_exact() -> None:
    """Nothing borrows from the neighbour."""
    words = {"no": (-7, 3, -1, -7), "nay": (-1, -7, 7, -2)}
    found = parse_model(router_data(words)).scores
    assert found.of(("no", "nay", "no")).exact() == [-15, -1, 5, -16]


def test_a_strangers_words_do_not_fill_the_memory() -> None:
    """However many words come, a bounded number of sums is kept, and all stay right."""
    words = {"track": (7, 0, 0, 0)} | {f"w{number}": (1, 1, 1, 1) for number in range(scores.KEPT)}
    found = parse_model(router_data(words)).scores
    for word in words:
        found.of((word,))
    assert 0 < found.kept <= 3 * scores.KEPT
    assert found.of(("track",)).exact() == [7, 0, 0, 0]


def test_phrases_do_not_fill_the_memory_either() -> None:
    """`w1 ` stands for the phrase of the question's edge and `w1`."""
    words = {f"w{number} ": (1, 0, 0, 0) for number in range(scores.KEPT + 1)}
    found = parse_model(router_data(words)).scores
    for word in words:
        for _ in range(2):
            assert found.of((word.strip(),)).exact() == [1, 0, 0, 0]
    assert found.kept <= 3 * scores.KEPT
