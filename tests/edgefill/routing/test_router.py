"""A router's decisions, with weights written by hand."""

from typing import Any

import pytest

from edgefill.routing.features import hash_feature
from edgefill.routing.question import read_question
from edgefill.routing.router import Router
from tests.edgefill.routing.models import TRAINED, WORDS, encode, router_data


def test_a_clear_question_is_a_hit() -> None:
    """Words of one intent route to it, with score and margin."""
    route = Router(router_data()).route(read_question("Track, please!"))
    assert (route.verdict, route.reason, route.experience) == ("hit", "scored", "order")
    assert 0.99 < route.score < 1
    assert 0.99 < route.margin < 1
    assert route.candidates == ()


def test_a_trained_question_is_a_hit_without_scoring() -> None:
    """A question that an intent was trained on leads to it, whatever its score."""
    route = Router(router_data()).route(TRAINED)
    assert (route.verdict, route.reason, route.experience) == ("hit", "exact", "order")
    assert (route.score, route.margin) == (1.0, 1.0)


def test_each_intent_has_its_own_threshold() -> None:
    """A score that is a hit for one intent is too low for another with a higher threshold."""
    router = Router(router_data(accept=[2.0, 0.9, 0.9]))
    assert router.route(read_question("track")).verdict == "clarify"
    assert router.route(read_question("cancel")).verdict == "hit"


def test_an_intents_offset_moves_its_score() -> None:
    """Calibration has one slope, and an offset per intent."""
    plain = Router(router_data()).route(read_question("stop"))
    moved = Router(router_data(offsets=[0.0, 2.0, 0.0])).route(read_question("stop"))
    assert moved.score > plain.score
    assert moved.margin == plain.margin


def test_an_ambiguous_question_is_clarified() -> None:
    """Both intents are candidates, best first; an unlikely third is left out."""
    route = Router(router_data()).route(read_question("stop"))
    assert (route.verdict, route.reason, route.experience) == ("clarify", "unsure", None)
    assert route.candidates == ("cancel", "return")


def test_an_ambiguous_question_is_a_miss_without_clarify() -> None:
    """The miss path answers it."""
    route = Router(router_data(clarify=False)).route(read_question("stop"))
    assert (route.verdict, route.reason, route.candidates) == ("miss", "unsure", ())


def test_one_likely_candidate_is_one_link() -> None:
    """An unlikely second is no help."""
    route = Router(router_data(accept=[2.0, 0.9, 0.9], unit=9.0)).route(read_question("track"))
    assert (route.verdict, route.candidates) == ("clarify", ("order",))


def test_links_have_a_floor_of_their_own() -> None:
    """The more probability a link needs, the fewer are offered; without one it is a miss."""
    offered = [
        Router(router_data(link=floor)).route(read_question("stop")).candidates
        for floor in (0.0, 0.1, 0.5, 0.9)
    ]
    assert offered == [("cancel", "return", "order"), ("cancel", "return"), ("cancel",), ()]
    assert Router(router_data(link=0.9)).route(read_question("stop")).verdict == "miss"


STATES = {"stopped": ["cancel*", "call off"], "kept": ["resume*", "keep it"]}
ASSERTS = [None, {"states": ["stopped"], "opposites": ["kept"], "negated": ["charge"]}, None]


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        ("cancel it", "hit"),
        ("cancel and do not charge", "hit"),
        ("could not cancel", "miss"),
        ("nobody did cancel", "miss"),
        ("stop it resumed", "clarify"),
        ("cancel, it resumed", "hit"),
        ("cancel or not", "hit"),
    ],
)
def test_a_question_that_contradicts_a_text_is_not_a_hit(raw: str, verdict: str) -> None:
    """In the words of an opposite without those of the state, or with an unknown negation."""
    router = Router(router_data(states=STATES, asserts=ASSERTS, plain=[], accept=[0.5] * 3))
    route = router.route(read_question(raw))
    assert (route.verdict == "hit") == (verdict == "hit"), route


def test_the_opposite_of_a_text_has_no_link_to_it() -> None:
    """The other candidates stay."""
    router = Router(router_data(states=STATES, asserts=ASSERTS))
    assert router.route(read_question("stop")).candidates == ("cancel", "return")
    assert router.route(read_question("stop, it resumed")).candidates == ("return",)


def test_an_unrelated_question_is_out_of_scope() -> None:
    """Out of scope is a class of its own and never a candidate."""
    route = Router(router_data()).route(read_question("weather"))
    assert (route.verdict, route.reason) == ("miss", "out-of-scope")


@pytest.mark.parametrize("raw", ["\U0001f44d", "qwerty uiop"])
def test_a_question_without_known_words_is_a_miss(raw: str) -> None:
    """No class is preferred."""
    route = Router(router_data()).route(read_question(raw))
    assert (route.verdict, route.reason) == ("miss", "unsure")


@pytest.mark.parametrize("raw", ["do not cancel", "Please DON'T cancel!", "never cancel"])
def test_a_negated_command_is_not_the_command(raw: str) -> None:
    """It is a miss, however high its score."""
    router = Router(router_data())
    assert router.route(read_question("cancel")).verdict == "hit"
    route = router.route(read_question(raw))
    assert (route.verdict, route.reason) == ("miss", "unsure")


def test_an_intent_with_negated_utterances_accepts_negation() -> None:
    """The rule is for intents without a negated command among their utterances."""
    router = Router(router_data(plain=[0, 2]))
    assert router.route(read_question("do not cancel")).verdict == "hit"


def test_two_requests_are_clarified() -> None:
    """Each would be a hit by itself, so both are offered in their order."""
    router = Router(router_data())
    route = router.route(read_question("track it now and cancel it"))
    assert (route.verdict, route.experience) == ("clarify", None)
    assert route.candidates == ("order", "cancel")
    assert router.route(read_question("track it now and then track it")).verdict == "hit"
    uneven = router.route(read_question("track track it and cancel it"))
    assert (uneven.verdict, uneven.candidates) == ("clarify", ("order", "cancel"))
    assert router.route(read_question("track track it and do stop")).verdict == "hit"


def test_an_out_of_scope_request_does_not_count_as_a_second() -> None:
    """The sentence leads where its other request does."""
    router = Router(router_data(WORDS | {"sky": (0, 0, 0, 2)}))
    route = router.route(read_question("please track it and see sky today"))
    assert (route.verdict, route.experience) == ("hit", "order")


def test_letter_n_grams_without_a_known_word_are_not_a_hit() -> None:
    """Another language shares letter n-grams, so one whole word must be known."""
    data = router_data({"track": (7, 0, 0, 0)})
    data["features"] = encode(hash_feature("tra").to_bytes(4, "little"))
    route = Router(data).route(read_question("trampa"))
    assert route.score > 0.99
    assert (route.verdict, route.reason) == ("clarify", "unsure")


@pytest.mark.parametrize("question", [TRAINED, read_question("track")])
def test_a_denied_question_never_reaches_the_experience(question: Any) -> None:
    """Denials come before exact matches and before scores."""
    router = Router(router_data())
    assert router.route(question).verdict == "hit"
    for refused in ("order", "*"):
        route = router.route(question, {question.digest: frozenset({refused})})
        assert route.verdict == "miss" or "order" not in route.candidates
        assert route.experience is None
    assert router.route(question, {"0" * 20: frozenset({"*"})}).verdict == "hit"


def test_a_denied_experience_is_never_a_candidate() -> None:
    """A clarifying answer does not offer it."""
    question = read_question("stop")
    route = Router(router_data()).route(question, {question.digest: frozenset({"return"})})
    assert "return" not in route.candidates


def test_labels_and_clarify_come_from_the_file() -> None:
    """A clarifying answer shows the labels as links."""
    router = Router(router_data())
    assert router.labels == {"order": "Where is it?", "cancel": "", "return": ""}
    assert router.clarify is True
