"""Scores of a question, part by part."""

from edgefill.routing.model import parse_model
from edgefill.routing.scorer import MAX_CACHED
from tests.edgefill.routing.models import router_data


def test_sums_are_exact() -> None:
    """Weights add up and features are counted, both computed and from the cache."""
    scorer = parse_model(router_data()).scorer
    for _ in range(2):
        sums = scorer.score(("track", "stop", "unheard"))
        assert sums.to_exact() == [7, 5, 4, 0]
        assert sums.size == 2


def test_negative_weights_are_exact() -> None:
    """No packed number borrows from its neighbour."""
    words = {"no": (-7, 3, -1, -7), "nay": (-1, -7, 7, -2)}
    scorer = parse_model(router_data(words)).scorer
    assert scorer.score(("no", "nay", "no")).to_exact() == [-15, -1, 5, -16]


def test_visitors_words_do_not_fill_the_memory() -> None:
    """The cache is bounded, and the sums stay right after it is cleared."""
    words = {"track": (7, 0, 0, 0)} | {f"w{number}": (1, 1, 1, 1) for number in range(MAX_CACHED)}
    scorer = parse_model(router_data(words)).scorer
    for word in words:
        scorer.score((word,))
    assert 0 < scorer.cached_parts <= 3 * MAX_CACHED
    assert scorer.score(("track",)).to_exact() == [7, 0, 0, 0]


def test_phrases_do_not_fill_the_memory_either() -> None:
    """The feature ` w1 ` is the phrase of the question's start and `w1`."""
    words = {f"w{number} ": (1, 0, 0, 0) for number in range(MAX_CACHED + 1)}
    scorer = parse_model(router_data(words)).scorer
    for word in words:
        for _ in range(2):
            assert scorer.score((word.strip(),)).to_exact() == [1, 0, 0, 0]
    assert scorer.cached_parts <= 3 * MAX_CACHED
