"""A router's verdicts, over weights written by hand."""

from base64 import b64encode
from typing import Any

import pytest

from lambdas.core.errors import ObjectCorrupt
from lambdas.core.routing.features import buckets
from lambdas.core.routing.lanes import ZERO
from lambdas.core.routing.question import read_question
from lambdas.core.routing.router import DIGEST, Router

BITS = 10
INTENTS = ("order", "cancel", "return")
KNOWN = read_question("Where is it?")


def weights(words: dict[str, tuple[int, int, int, int]]) -> str:
    rows = bytearray([ZERO]) * (4 << BITS)
    for word, lanes in words.items():
        start = buckets(f"^{word}$", BITS) * 4
        rows[start : start + 4] = bytes(weight + ZERO for weight in lanes)
    return b64encode(rows).decode()


def data(**changes: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "intents": list(INTENTS),
        "labels": {"order": "Where is it?", "cancel": "", "return": ""},
        "clarify": True,
        "bits": BITS,
        "scale": 0.1,
        "bias": [0.0] * 4,
        "accept": [0.9, 0.9, 0.9],
        "unsure": 0.3,
        "known": [
            b64encode(bytes.fromhex(KNOWN.digest)[:DIGEST]).decode(),
            "",
            "",
        ],
        "weights": weights(
            {"track": (90, 0, 0, 0), "stop": (0, 30, 25, 0), "weather": (0, 0, 0, 90)}
        ),
    } | changes


def test_a_clear_question_is_a_hit() -> None:
    """Words that speak for one intent route to it, with score and margin."""
    route = Router(data()).route(read_question("Track, please!"))
    assert (route.verdict, route.reason, route.experience) == ("hit", "scored", "order")
    assert 0.99 < route.score < 1
    assert 0.99 < route.margin < route.score
    assert route.candidates == ()


def test_a_known_question_is_a_hit_without_scoring() -> None:
    """A question that an intent was trained on goes to it, however it scores."""
    route = Router(data()).route(KNOWN)
    assert (route.verdict, route.reason, route.experience) == ("hit", "exact", "order")
    assert (route.score, route.margin) == (1.0, 1.0)


def test_a_grey_question_asks_back() -> None:
    """Between two intents the answer is both, best first."""
    route = Router(data()).route(read_question("stop"))
    assert (route.verdict, route.reason, route.experience) == ("clarify", "unsure", None)
    assert route.candidates[:2] == ("cancel", "return")


def test_a_grey_question_is_a_miss_when_asking_back_is_off() -> None:
    """`clarify` off leaves the grey zone to the miss path."""
    route = Router(data(clarify=False)).route(read_question("stop"))
    assert (route.verdict, route.reason, route.candidates) == ("miss", "unsure", ())


def test_a_foreign_question_is_out_of_scope() -> None:
    """Out of scope is a lane of its own and never a candidate."""
    route = Router(data()).route(read_question("weather"))
    assert (route.verdict, route.reason) == ("miss", "out-of-scope")


@pytest.mark.parametrize("raw", ["\U0001f44d", "qwerty uiop"])
def test_a_question_that_says_nothing_is_a_miss(raw: str) -> None:
    """Without a known word there is nothing to choose by."""
    route = Router(data()).route(read_question(raw))
    assert (route.verdict, route.reason) == ("miss", "unsure")


@pytest.mark.parametrize("question", [KNOWN, read_question("track")])
def test_a_denied_question_never_reaches_the_experience(question: Any) -> None:
    """The deny-list goes before the table of known questions and before the score."""
    router = Router(data())
    assert router.route(question).verdict == "hit"
    for refused in ("order", "*"):
        route = router.route(question, {question.digest: frozenset({refused})})
        assert route.verdict == "miss"
    elsewhere = router.route(question, {"0" * 20: frozenset({"*"})})
    assert elsewhere.verdict == "hit"


def test_a_denied_experience_is_no_candidate() -> None:
    """Asking back never names what the question must not be routed to."""
    question = read_question("stop")
    route = Router(data()).route(question, {question.digest: frozenset({"return"})})
    assert "return" not in route.candidates


def test_labels_and_clarify_are_what_the_trainer_was_given() -> None:
    """The links of an answer that asks back show them."""
    router = Router(data())
    assert router.labels == {"order": "Where is it?", "cancel": "", "return": ""}
    assert router.clarify is True


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": None},
        {"intents": None},
        {"intents": ["order", "cancel"]},
        {"labels": {}},
        {"bias": [0.0] * 3},
        {"bias": ["x"] * 4},
        {"accept": [0.5]},
        {"known": [""]},
        {"known": ["AAAA", "", ""]},
        {"known": ["?", "", ""]},
        {"weights": "AAAA"},
        {"weights": "\u00e9"},
        {"weights": 7},
        {"bits": "many"},
        {"scale": None},
    ],
)
def test_anything_else_is_corrupt(changes: dict[str, Any]) -> None:
    """A router that the trainer did not write is refused whole, not used in part."""
    with pytest.raises(ObjectCorrupt, match="router: "):
        Router(data(**changes))


def test_a_missing_field_is_corrupt() -> None:
    """So is one that lacks a field, and what is no object."""
    every: tuple[Any, ...] = ({"v": 1}, [], None)
    for broken in every:
        with pytest.raises(ObjectCorrupt, match="router: "):
            Router(broken)
