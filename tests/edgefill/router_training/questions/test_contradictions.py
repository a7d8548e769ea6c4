"""Contrast utterances, and the assertions that refuse them."""

from __future__ import annotations

import numpy as np

from edgefill.catalogue.questions.states import DeclaredStates
from edgefill.router_training.questions.contradictions import (
    add_opposites,
    build_assertions,
    find_contradicted,
)
from edgefill.router_training.questions.examples import TrainingExamples, build_sample
from edgefill.router_training.questions.near_duplicates import group_questions
from edgefill.router_training.train import train
from edgefill.routing.question import read_question
from edgefill.routing.router import Router

EXAMPLES = TrainingExamples(
    utterances={
        "refund": ("where is my refund", "refund not received", "money not received yet"),
        "parcel": ("where is my parcel", "track it", "parcel status"),
    },
    out_of_scope=("tell me a joke", "cancel it"),
    contrasts={
        "refund": ("refund denied", "refund not approved", "you owe me nothing less", "track it"),
        "parcel": ("parcel denied",),
    },
    states=DeclaredStates(
        phrases={"paid": (), "refused": ("denied", "reject*")},
        asserts={"refund": frozenset({"paid"})},
        opposites={"refund": frozenset({"refused"})},
    ),
)


def test_an_assertion_has_the_negations_of_its_own_utterances() -> None:
    """An intent that declares nothing has none."""
    refund, parcel = build_assertions(build_sample(EXAMPLES), EXAMPLES.states)
    assert refund is not None
    assert refund.negated == {"received"}
    assert parcel is None


def test_only_contrasts_that_nothing_refuses_are_learned() -> None:
    """Those of an intent without assertions; none that is declared elsewhere."""
    sample, refused = add_opposites(build_sample(EXAMPLES), EXAMPLES)
    texts = [question.text for question in refused]
    assert texts == ["refund denied", "refund not approved", "you owe me nothing less"]
    added = [
        (question.text, target, intent)
        for question, target, intent in zip(
            sample.questions, sample.targets, sample.opposite_of, strict=True
        )
        if intent is not None
    ]
    assert added == [("parcel denied", 2, 1)]


def test_contrasts_of_an_intent_are_held_out_together() -> None:
    """They are no near duplicates of anything else."""
    contrasts = {"refund": (), "parcel": ("parcel denied", "nothing at all", "who are you")}
    examples = TrainingExamples(utterances=EXAMPLES.utterances, contrasts=contrasts)
    sample, _ = add_opposites(build_sample(examples), examples)
    for from_traffic in (False, True):
        groups = group_questions(sample, from_traffic=from_traffic).tolist()
        assert len(set(groups[6:])) == 1
        assert not set(groups[6:]) & set(groups[:6])


def test_a_held_out_utterance_does_not_vouch_for_its_own_negation() -> None:
    """Another group's utterance with the same negation does."""
    sample = build_sample(EXAMPLES)
    best = np.zeros(len(sample.targets), np.int64)
    alone = np.arange(len(best))
    together = np.where(np.isin(alone, (1, 2)), 1, alone)
    flags = [
        find_contradicted(sample, EXAMPLES.states, groups, best).tolist()
        for groups in (alone, together)
    ]
    assert flags[0][:3] == [False, False, False]
    assert flags[1][:3] == [False, True, True]


def test_no_contrast_is_served_and_every_utterance_is() -> None:
    """The report counts the contrasts, each by a router that was not taught it."""
    trained = train(EXAMPLES, budget=0.3)
    router = Router(trained.router)
    for intent, texts in EXAMPLES.contrasts.items():
        for text in texts:
            assert router.route(read_question(text)).experience != intent, text
    for intent, texts in EXAMPLES.utterances.items():
        for text in texts:
            assert router.route(read_question(text)).experience == intent
    assert trained.report.opposites is not None
    assert trained.report.opposites.share == 0
