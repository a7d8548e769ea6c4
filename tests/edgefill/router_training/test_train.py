"""A router out of examples."""

import json

import pytest

from edgefill.core.errors import InputRefused
from edgefill.router_training.evaluation.cross_validation import FOLDS
from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import TrainedRouter, count_steps, train
from edgefill.routing.question import read_question
from edgefill.routing.router import Router


def test_examples_become_a_router(router: Router) -> None:
    """Its intents and labels are the examples' own, and it routes what it was taught."""
    assert router.model.intents == ("order", "cancel", "return")
    assert router.labels == {"order": "Where is it?", "cancel": "Cancel it", "return": ""}
    route = router.route(read_question("Cancel my order!"))
    assert (route.verdict, route.reason, route.experience) == ("hit", "exact", "cancel")


def test_the_best_scored_intent_is_the_taught_one(router: Router) -> None:
    """Words that were seen with one intent only choose it."""
    chances = router.chances(read_question("please cancel that purchase"))
    assert max(chances, key=chances.__getitem__) == 1
    assert sum(chances.values()) == pytest.approx(1)


def test_the_same_examples_give_the_same_bytes(
    examples: TrainingExamples, trained: TrainedRouter
) -> None:
    """Training is deterministic, to the byte."""
    again = train(examples, budget=0.1, seed=1)
    assert json.dumps(again.router) == json.dumps(trained.router)


def test_a_question_of_two_intents_is_not_known() -> None:
    """An utterance that stands under two intents routes to neither by heart."""
    both = TrainingExamples(
        utterances={"a": ("one two", "three four"), "b": ("one two", "five six")}
    )
    router = Router(train(both).router)
    assert router.route(read_question("one two")).reason != "exact"
    assert router.route(read_question("three four")).reason == "exact"


def test_too_few_examples_certify_nothing(trained: TrainedRouter) -> None:
    """Eighteen utterances cannot promise 2%, and the report says so."""
    assert not trained.report.certified
    assert "too few examples" in trained.report.remarks[0]


def test_every_step_is_told(examples: TrainingExamples) -> None:
    """As many as a progress bar was promised."""
    steps: list[str] = []
    train(examples, on_step=steps.append)
    assert len(steps) == count_steps(examples) == FOLDS + 2


def test_many_questions_are_cross_validated_twice() -> None:
    """Where a budget can be certified, chance has less of a say in the threshold."""
    many = TrainingExamples(utterances={"a": ("one",) * 4000, "b": ("two",) * 1000})
    assert count_steps(many) == 2 * FOLDS + 2


@pytest.mark.parametrize(
    ("utterances", "named"),
    [
        ({"a": ("one", "two")}, "two intents"),
        ({"a": ("one", "two"), "b": ("three", "")}, "b, utterance 2"),
        ({"a": ("one", "two"), "b": ("three",)}, "two utterances"),
    ],
)
def test_examples_that_teach_nothing_are_refused(
    utterances: dict[str, tuple[str, ...]], named: str
) -> None:
    """The refusal names what is missing."""
    with pytest.raises(InputRefused, match=named):
        train(TrainingExamples(utterances=utterances))
