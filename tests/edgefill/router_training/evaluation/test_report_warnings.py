"""What a reader must know before a report's figures."""

from edgefill.router_training.evaluation.report_warnings import remarks_of
from edgefill.router_training.evaluation.thresholds import FalseHitBudget
from edgefill.router_training.questions.examples import TrainingExamples, sample_of

SOUND = TrainingExamples(utterances={"a": ("one", "two", "three"), "b": ("four", "five", "six")})


def test_a_certified_router_of_sound_examples_needs_no_remark() -> None:
    """Without certainty there is one."""
    assert remarks_of(sample_of(SOUND), FalseHitBudget(), certified=True) == ()
    (remark,) = remarks_of(sample_of(SOUND), FalseHitBudget(), certified=False)
    assert remark.startswith("too few examples to certify 2.0% false hits with 95% confidence")


def test_a_question_of_two_intents_is_named() -> None:
    """In any spelling, and out of scope counts as one."""
    torn = TrainingExamples(
        utterances={"a": ("Hello!", "one", "two"), "b": ("hello", "three", "four")},
        out_of_scope=("one",),
    )
    (remark,) = remarks_of(sample_of(torn), FalseHitBudget(), certified=True)
    assert remark.startswith(
        "questions that stand under two intents: 2, such as 'hello' under a and b;"
    )


def test_repetitions_are_counted() -> None:
    """Where less than half is different."""
    same = TrainingExamples(utterances={"a": ("one",) * 20, "b": ("two",) * 20})
    assert remarks_of(sample_of(same), FalseHitBudget(), certified=True) == (
        "of 40 questions 2 are different; repetitions teach nothing",
    )
