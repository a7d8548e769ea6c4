"""Training a router from examples."""

import json

import pytest

from edgefill.core.errors import InputRefused
from edgefill.router_training.evaluation.cross_validation import FOLDS
from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import TrainedRouter, count_steps, train
from edgefill.routing.probabilities import compute_probabilities
from edgefill.routing.question import read_question
from edgefill.routing.router import Router


def test_examples_become_a_router(router: Router) -> None:
    """It has their intents and labels, and routes the questions it was trained on."""
    assert router.model.intents == ("order", "cancel", "return")
    assert router.labels == {"order": "Where is it?", "cancel": "Cancel it", "return": ""}
    route = router.route(read_question("Cancel my order!"))
    assert (route.verdict, route.reason, route.experience) == ("hit", "exact", "cancel")


def test_words_of_one_intent_score_highest_for_it(router: Router) -> None:
    """The probabilities add up to 1."""
    sums = router.model.scorer.score(read_question("please cancel that purchase").words)
    assert sums.argmax == 1
    probabilities = compute_probabilities(sums, router.model.unit)
    assert sum(probabilities.values()) == pytest.approx(1)


def test_training_is_deterministic(examples: TrainingExamples, trained: TrainedRouter) -> None:
    """The same examples give the same bytes."""
    again = train(examples, budget=0.1, seed=1)
    assert json.dumps(again.router) == json.dumps(trained.router)


def test_a_question_of_two_intents_is_not_an_exact_match() -> None:
    """It is scored like any other question."""
    both = TrainingExamples(
        utterances={"a": ("one two", "three four"), "b": ("one two", "five six")}
    )
    router = Router(train(both).router)
    assert router.route(read_question("one two")).reason != "exact"
    assert router.route(read_question("three four")).reason == "exact"


def test_too_few_examples_certify_nothing(trained: TrainedRouter) -> None:
    """Eighteen utterances cannot certify 2%, and the report warns about it."""
    assert not trained.report.certified
    assert "too few examples" in trained.report.warnings[0]


def test_every_step_is_reported(examples: TrainingExamples) -> None:
    """There are as many as `count_steps` says."""
    steps: list[str] = []
    train(examples, on_step=steps.append)
    assert len(steps) == count_steps(examples) == FOLDS + 2


def test_many_questions_are_cross_validated_twice() -> None:
    """With enough questions to certify a budget, a second round makes the threshold more stable."""
    many = TrainingExamples(utterances={"a": ("one",) * 4000, "b": ("two",) * 1000})
    assert count_steps(many) == 2 * FOLDS + 2


@pytest.mark.parametrize(
    ("utterances", "message"),
    [
        ({"a": ("one", "two")}, "two intents"),
        ({"a": ("one", "two"), "b": ("three", "")}, "b, utterance 2"),
        ({"a": ("one", "two"), "b": ("three",)}, "two utterances"),
    ],
)
def test_unusable_examples_are_refused(
    utterances: dict[str, tuple[str, ...]], message: str
) -> None:
    """The message says what is missing."""
    with pytest.raises(InputRefused, match=message):
        train(TrainingExamples(utterances=utterances))
