"""A router's verdicts, over weights written by hand."""

from typing import Any

import pytest

from edgefill.routing.features import code
from edgefill.routing.question import read_question
from edgefill.routing.router import Router
from tests.edgefill.routing.models import KNOWN, WORDS, router_data, text


def test_a_clear_question_is_a_hit() -> None:
    """Words that speak for one intent route to it, with score and margin."""
    route = Router(router_data()).route(read_question("Track, please!"))
    assert (route.verdict, route.reason, route.experience) == ("hit", "scored", "order")
    assert 0.99 < route.score < 1
    assert 0.99 < route.margin < 1
    assert route.candidates == ()


def test_a_known_question_is_a_hit_without_scoring() -> None:
    """A question that an intent was trained on goes to it, however it scores."""
    route = Router(router_data()).route(KNOWN)
    assert (route.verdict, route.reason, route.experience) == ("hit", "exact", "order")
    assert (route.score, route.margin) == (1.0, 1.0)


def test_thresholds_are_each_intents_own() -> None:
    """What serves one intent does not serve another that asks for more."""
    router = Router(router_data(accept=[2.0, 0.9, 0.9]))
    assert router.route(read_question("track")).verdict == "clarify"
    assert router.route(read_question("cancel")).verdict == "hit"


def test_an_intents_offset_moves_its_score() -> None:
    """Calibration is a slope for all and an offset for each."""
    plain = Router(router_data()).route(read_question("stop"))
    moved = Router(router_data(offsets=[0.0, 2.0, 0.0])).route(read_question("stop"))
    assert moved.score > plain.score
    assert moved.margin == plain.margin


def test_a_grey_question_asks_back() -> None:
    """Between two intents the answer is both, best first; a faint third is left out."""
    route = Router(router_data()).route(read_question("stop"))
    assert (route.verdict, route.reason, route.experience) == ("clarify", "unsure", None)
    assert route.candidates == ("cancel", "return")


def test_a_grey_question_is_a_miss_when_asking_back_is_off() -> None:
    """`clarify` off leaves the grey zone to the miss path."""
    route = Router(router_data(clarify=False)).route(read_question("stop"))
    assert (route.verdict, route.reason, route.candidates) == ("miss", "unsure", ())


def test_a_lone_intent_is_never_asked_back() -> None:
    """A link is no choice."""
    route = Router(router_data(accept=[2.0, 0.9, 0.9], unit=9.0)).route(read_question("track"))
    assert route.verdict == "miss"


def test_a_foreign_question_is_out_of_scope() -> None:
    """Out of scope is a lane of its own and never a candidate."""
    route = Router(router_data()).route(read_question("weather"))
    assert (route.verdict, route.reason) == ("miss", "out-of-scope")


@pytest.mark.parametrize("raw", ["\U0001f44d", "qwerty uiop"])
def test_a_question_that_says_nothing_is_a_miss(raw: str) -> None:
    """Without a known word there is nothing to choose by."""
    route = Router(router_data()).route(read_question(raw))
    assert (route.verdict, route.reason) == ("miss", "unsure")


@pytest.mark.parametrize("raw", ["do not cancel", "Please DON'T cancel!", "never cancel"])
def test_a_negated_command_is_not_the_command(raw: str) -> None:
    """However sure the score is, what is not to be done is not done."""
    router = Router(router_data())
    assert router.route(read_question("cancel")).verdict == "hit"
    route = router.route(read_question(raw))
    assert (route.verdict, route.reason) == ("miss", "unsure")


def test_an_intent_that_is_asked_for_in_negations_takes_them() -> None:
    """The rule is for intents whose own utterances never negate."""
    router = Router(router_data(plain=[0, 2]))
    assert router.route(read_question("do not cancel")).verdict == "hit"


def test_two_wishes_are_asked_back() -> None:
    """Each would be served alone, so both are offered in their order."""
    router = Router(router_data())
    route = router.route(read_question("track it now and cancel it"))
    assert (route.verdict, route.experience) == ("clarify", None)
    assert route.candidates == ("order", "cancel")
    assert router.route(read_question("track it now and then track it")).verdict == "hit"
    louder = router.route(read_question("track track it and cancel it"))
    assert (louder.verdict, louder.candidates) == ("clarify", ("order", "cancel"))
    assert router.route(read_question("track track it and do stop")).verdict == "hit"


def test_a_wish_for_what_nobody_offers_is_no_second_one() -> None:
    """Half of the sentence is small talk, and the whole leads where the other half does."""
    router = Router(router_data(WORDS | {"sky": (0, 0, 0, 2)}))
    route = router.route(read_question("please track it and see sky today"))
    assert (route.verdict, route.experience) == ("hit", "order")


def test_letters_alone_serve_nothing() -> None:
    """One word must be known whole: letter groups of another language may look familiar."""
    data = router_data({"track": (7, 0, 0, 0)})
    data["features"] = text(code("tra").to_bytes(4, "little"))
    route = Router(data).route(read_question("trampa"))
    assert route.score > 0.99
    assert (route.verdict, route.reason) == ("clarify", "unsure")


@pytest.mark.parametrize("question", [KNOWN, read_question("track")])
def test_a_denied_question_never_reaches_the_experience(question: Any) -> None:
    """The deny-list goes before the table of known questions and before the score."""
    router = Router(router_data())
    assert router.route(question).verdict == "hit"
    for refused in ("order", "*"):
        route = router.route(question, {question.digest: frozenset({refused})})
        assert route.verdict == "miss" or "order" not in route.candidates
        assert route.experience is None
    assert router.route(question, {"0" * 20: frozenset({"*"})}).verdict == "hit"


def test_a_denied_experience_is_no_candidate() -> None:
    """Asking back never names what the question must not be routed to."""
    question = read_question("stop")
    route = Router(router_data()).route(question, {question.digest: frozenset({"return"})})
    assert "return" not in route.candidates


def test_labels_and_clarify_are_what_the_trainer_was_given() -> None:
    """The links of an answer that asks back show them."""
    router = Router(router_data())
    assert router.labels == {"order": "Where is it?", "cancel": "", "return": ""}
    assert router.clarify is True
