"""Groups of near duplicates."""

from edgefill.router_training.questions.examples import TrainingExamples, build_sample
from edgefill.router_training.questions.near_duplicates import group_near_duplicates


def test_variations_are_in_one_group() -> None:
    """Similarity is transitive; different intents have different groups."""
    sample = build_sample(
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
    one, two, three, single, other, last = group_near_duplicates(sample).tolist()
    assert one == two == three
    assert len({one, single, other, last}) == 4
