"""The warnings and the JSON of a report."""

from edgefill.router_training.evaluation.report import list_warnings
from edgefill.router_training.evaluation.thresholds import FalseHitBudget
from edgefill.router_training.questions.examples import TrainingExamples, build_sample
from edgefill.router_training.train import TrainedRouter

SOUND = TrainingExamples(utterances={"a": ("one", "two", "three"), "b": ("four", "five", "six")})


def test_a_certified_router_of_sound_examples_has_no_warning() -> None:
    """An uncertified one has a warning."""
    assert list_warnings(build_sample(SOUND), FalseHitBudget(), certified=True) == ()
    (warning,) = list_warnings(build_sample(SOUND), FalseHitBudget(), certified=False)
    assert warning.startswith("too few examples to certify 2.0% false hits with 95% confidence")


def test_a_question_of_two_intents_is_named() -> None:
    """In any spelling; out of scope counts as an intent."""
    contradictory = TrainingExamples(
        utterances={"a": ("Hello!", "one", "two"), "b": ("hello", "three", "four")},
        out_of_scope=("one",),
    )
    (warning,) = list_warnings(build_sample(contradictory), FalseHitBudget(), certified=True)
    assert warning.startswith(
        "questions declared under two intents: 2, such as 'hello' under a and b;"
    )


def test_repetitions_are_counted() -> None:
    """A warning counts them if at most half of the questions are different."""
    repeated = TrainingExamples(utterances={"a": ("one",) * 20, "b": ("two",) * 20})
    assert list_warnings(build_sample(repeated), FalseHitBudget(), certified=True) == (
        "only 2 of 40 questions are different; repetitions teach nothing",
    )


def test_report_json_keeps_its_field_names(trained: TrainedRouter) -> None:
    """Scripts read `served` and `remarks`, whatever the code calls them."""
    data = trained.report.to_json()
    assert list(data) == [
        "questions", "out_of_scope", "teacher", "budget", "confidence", "certified", "accuracy",
        "served", "false_hits", "recall", "opposites", "intents", "reliability", "remarks",
    ]  # fmt: skip
    assert list(data["intents"][0]) == ["intent", "utterances", "served", "false_hits", "threshold"]
