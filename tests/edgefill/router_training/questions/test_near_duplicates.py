"""Variations of one utterance."""

from edgefill.router_training.questions.examples import TrainingExamples, sample_of
from edgefill.router_training.questions.near_duplicates import families


def test_variations_are_of_one_family() -> None:
    """Likeness links, through a third too; another intent is another family."""
    sample = sample_of(
        TrainingExamples(
            utterances={
                "a": (
                    "get my credit score",
                    "get my credit score now",
                    "my credit score now please",
                    "am i rich",
                ),
                "b": ("get my credit score", "something else"),
            }
        )
    )
    one, two, three, alone, other, last = families(sample).tolist()
    assert one == two == three
    assert len({one, alone, other, last}) == 4
