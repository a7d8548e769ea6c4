"""Proposals for clusters of misses."""

from __future__ import annotations

import pytest

from edgefill.router_training.misses.clusters import QuestionCluster
from edgefill.router_training.misses.missed_questions import MissedQuestion
from edgefill.router_training.misses.proposals import (
    ExperienceProposal,
    load_permissive_router,
    make_proposal,
)
from edgefill.router_training.train import TrainedRouter
from edgefill.routing.question import read_question
from edgefill.routing.router import Router


def propose(
    router: Router | None, *texts: str, words: tuple[str, ...] = (), min_score: float = 0.5
) -> ExperienceProposal:
    misses = tuple(
        MissedQuestion(locale="en", digest="0" * 20, text=text, count=1) for text in texts
    )
    cluster = QuestionCluster(locale="en", misses=misses, words=words)
    routers = [router] if router else []
    return make_proposal(cluster, routers, {"order", "cancel", "grusse-a"}, min_score=min_score)


@pytest.fixture
def router(trained: TrainedRouter) -> Router:
    """One that offers candidates at any score."""
    return load_permissive_router(trained.router)


def test_a_cluster_that_a_router_recognizes_extends_an_experience(router: Router) -> None:
    """The one that most of the questions lead to."""
    proposal = propose(router, "cancel my order", "cancel that order for me", "return policy")
    assert (proposal.experience, proposal.is_new) == ("cancel", False)
    assert proposal.candidates[0].score == pytest.approx(2 / 3)
    assert proposal.candidates[1].experience == "return"


def test_a_cluster_below_the_score_is_a_new_experience(router: Router) -> None:
    """It still has candidates, unless it is out of scope."""
    proposal = propose(router, "cancel my order", min_score=1.1, words=("cancel", "order"))
    assert (proposal.experience, proposal.is_new) == ("cancel-order", True)
    assert proposal.candidates[0].experience == "cancel"
    assert propose(router, "tell me a joke").candidates == ()


def test_without_a_router_everything_is_new() -> None:
    """A locale without utterances has none."""
    assert propose(None, "cancel my order", words=("cancel",)).is_new


def test_a_permissive_router_offers_unlikely_candidates(trained: TrainedRouter) -> None:
    """The router of the release offers none."""
    question = read_question("is the parcel with you")
    strict = {**trained.router, "clarify": False, "accept": [2.0] * 3}
    assert Router(strict).route(question).candidates == ()
    assert load_permissive_router(strict).route(question).candidates


@pytest.mark.parametrize(
    ("words", "id_"),
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
def test_a_new_experience_is_named_by_its_words(words: tuple[str, ...], id_: str) -> None:
    """The id is valid and unused."""
    assert propose(None, "x", words=words).experience == id_


def test_a_question_that_is_only_a_name_has_no_candidates(router: Router) -> None:
    """Without the name it is empty."""
    assert propose(router, "[name]").candidates == ()
