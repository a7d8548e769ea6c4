"""What would answer a cluster of misses."""

from __future__ import annotations

import pytest

from edgefill.router_training.misses.clusters import Cluster
from edgefill.router_training.misses.misses import MissedQuestion
from edgefill.router_training.misses.proposals import Proposal, proposal_of, unreserved
from edgefill.router_training.train import TrainedRouter
from edgefill.routing.question import read_question
from edgefill.routing.router import Router


def proposed(
    router: Router | None, *texts: str, words: tuple[str, ...] = (), near: float = 0.5
) -> Proposal:
    misses = tuple(
        MissedQuestion(locale="en", digest="0" * 20, text=text, asked=1) for text in texts
    )
    cluster = Cluster(locale="en", misses=misses, words=words)
    routers = [router] if router else []
    return proposal_of(cluster, routers, {"order", "cancel", "grusse-a"}, near=near)


@pytest.fixture
def router(trained: TrainedRouter) -> Router:
    """As `near` asks it: naming its candidates whatever it makes of them."""
    return unreserved(trained.router)


def test_what_a_router_knows_is_an_utterance(router: Router) -> None:
    """The experience that most of the questions lead to."""
    found = proposed(router, "cancel my order", "cancel that order for me", "return policy")
    assert (found.experience, found.is_new) == ("cancel", False)
    assert found.candidates[0].score == pytest.approx(2 / 3)
    assert found.candidates[1].experience == "return"


def test_what_is_far_from_all_is_a_new_experience(router: Router) -> None:
    """Its candidates are told nevertheless; what is out of scope has none."""
    found = proposed(router, "cancel my order", near=1.1, words=("cancel", "order"))
    assert (found.experience, found.is_new) == ("cancel-order", True)
    assert found.candidates[0].experience == "cancel"
    assert proposed(router, "tell me a joke").candidates == ()


def test_without_a_router_everything_is_new() -> None:
    """As in a locale without utterances."""
    assert proposed(None, "cancel my order", words=("cancel",)).is_new


def test_an_unreserved_router_names_what_it_is_unsure_of(trained: TrainedRouter) -> None:
    """Where the one that is served keeps silent."""
    question = read_question("is the parcel with you")
    strict = {**trained.router, "clarify": False, "accept": [2.0] * 3}
    assert Router(strict).route(question).candidates == ()
    assert unreserved(strict).route(question).candidates


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (("engrave", "teapot"), "engrave-teapot"),
        (("grüsse", "ñ"), "grusse-n"),
        (("cancel",), "cancel-2"),
        (("grüsse", "ä"), "grusse-a-2"),
        (("24h", "lieferung"), "h-lieferung"),
        (("что",), "question"),
        ((), "question"),
    ],
)
def test_a_new_experience_is_named_by_its_words(words: tuple[str, ...], slug: str) -> None:
    """An id that the catalogue takes, and has not taken."""
    assert proposed(None, "x", words=words).experience == slug


def test_a_question_of_a_name_alone_is_near_nothing(router: Router) -> None:
    """There is nothing to route."""
    assert proposed(router, "[name]").candidates == ()
